// Call: a call that the engine has taken and not necessarily answered.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "temporal/base/executor.h"
#include "temporal/service/service.h"

namespace temporal::embedded {

struct Call {
  service::Rpc rpc;
  // Both live until `done` runs: not to be touched once `ended`.
  const google::protobuf::Message* request;
  google::protobuf::Message* reply;
  service::Service::Done done;
  TimePoint deadline;
  // Takes the call out of where it waits.
  std::function<void()> leave;
  Executor::TimerId timer = 0;  // the deadline
  Executor::TimerId limit = 0;  // a long poll's own end
  std::uint64_t number = 0;     // of those that wait
  bool ended = false;
};
using CallPtr = std::shared_ptr<Call>;

// How a call is answered; nothing, where it waits.
using Answer = std::optional<Status>;
inline Answer done() {
  return Status{};
}

inline Status not_found(std::string message) {
  return {Code::NotFound, std::move(message)};
}
inline Status invalid(std::string message) {
  return {Code::InvalidArgument, std::move(message)};
}

}  // namespace temporal::embedded
