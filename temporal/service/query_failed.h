// What a query fails with: an InvalidArgument like that of a mistaken request, told apart by its
// details, which hold the workflow's failure (temporal.api.errordetails.v1.QueryFailedFailure).
#pragma once

#include <optional>
#include <string>

#include "temporal/base/status.h"
#include "temporal/data/failure.h"

namespace temporal::service {

// An empty failure: the message is all that there is.
Status query_failed(std::string message, const Failure::Proto& failure);

// The workflow's failure as it travels, through the codec that is; nothing for other statuses.
std::optional<Failure::Proto> query_failure_of(const Status& status);

}  // namespace temporal::service
