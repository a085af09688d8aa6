// What goes wrong between this process and a Temporal service, in words: the target, what happened,
// what to do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "temporal/base/status.h"
#include "temporal/grpc/connect_options.h"

namespace temporal::service {

// What in the options cannot be: gRPC would end the process for some of it, and connect to nobody
// without a word for the rest.
std::optional<Status> problem_of(const ConnectOptions::Values& options);

// Whether gRPC can carry the text as a header's value.
bool is_header_value(std::string_view text);

// The status of a call that failed, with an explanation where the service itself gave none. Those
// that the service gave for reasons of its own are left alone.
Status explain(Status status, const ConnectOptions::Values& options, std::string_view call,
               std::string_view space);

}  // namespace temporal::service
