// What is checked, and filled in, in more than one kind of command.
#pragma once

#include <algorithm>
#include <string>

#include "temporal/data/duration.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/retry.h"

namespace temporal::embedded {

inline std::string lengths(const std::string& id) {
  return " Length=" + std::to_string(id.size()) + " Limit=" + std::to_string(kMostIdBytes);
}

inline bool negative(const google::protobuf::Duration& timeout) {
  return from_proto(timeout) < Duration::zero();
}

inline Duration or_else(Duration timeout, Duration otherwise) {
  return timeout == Duration::zero() ? otherwise : timeout;
}

// A run's timeouts, as they follow from what is given and what encloses them.
template <class Attributes>
void complete_timeouts(Attributes& attributes, Duration execution) {
  Duration run = from_proto(attributes.workflow_run_timeout());
  if (execution != Duration::zero()) run = std::min(or_else(run, execution), execution);
  Duration task =
      std::min(or_else(from_proto(attributes.workflow_task_timeout()), kDefaultTaskTimeout),
               kMostTaskTimeout);
  if (run != Duration::zero()) task = std::min(task, run);
  *attributes.mutable_workflow_run_timeout() = to_proto(run);
  *attributes.mutable_workflow_task_timeout() = to_proto(task);
}

// What is wrong with the retry policy; empty if nothing is.
template <class Attributes>
std::string complete_policy(Attributes& attributes) {
  if (!attributes.has_retry_policy()) return {};
  set_retry_defaults(*attributes.mutable_retry_policy());
  return problem_of(attributes.retry_policy());
}

}  // namespace temporal::embedded
