// Whether something that failed is tried again, and when.
#pragma once

#include <optional>

#include "temporal/embedded/pending.h"

namespace temporal::embedded {

using RetryState = api::enums::v1::RetryState;

struct RetryDecision {
  RetryState state;
  Duration pause{};  // where it is RETRY_STATE_IN_PROGRESS
};

bool is_retryable(const FailureProto& failure, const api::common::v1::RetryPolicy& policy);
// `attempt` is the one that failed. `any_delay`: a delay that the failure asks for may be longer
// than the policy's longest pause.
RetryDecision decide_retry(TimePoint now, int attempt, const api::common::v1::RetryPolicy& policy,
                           std::optional<TimePoint> expires, const FailureProto& failure,
                           bool any_delay);
// Fills in what the server fills in where a policy leaves it open.
void set_retry_defaults(api::common::v1::RetryPolicy& policy);
// What is wrong with it; empty if nothing is.
std::string problem_of(const api::common::v1::RetryPolicy& policy);

FailureProto timeout_failure(const std::string& message, TimeoutType type);
// "ScheduleToStart"
std::string name_of(TimeoutType type);
// The failure of an attempt, as small as it is kept until the next one.
FailureProto kept_failure(const FailureProto& failure);

}  // namespace temporal::embedded
