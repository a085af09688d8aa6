#include "temporal/embedded/retry.h"

#include <algorithm>
#include <cmath>

#include "temporal/data/duration.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;
using Policy = api::common::v1::RetryPolicy;

bool lists(const Policy& policy, const std::string& type) {
  const auto& types = policy.non_retryable_error_types();
  return std::find(types.begin(), types.end(), type) != types.end();
}

void truncate(FailureProto& failure, std::size_t most) {
  if (failure.ByteSizeLong() <= most) return;
  FailureProto small;
  small.set_source(failure.source());
  small.set_message(failure.message().substr(0, most / 4));
  small.set_stack_trace(failure.stack_trace().substr(0, most / 4));
  if (failure.has_application_failure_info()) {
    auto& info = *small.mutable_application_failure_info();
    info.set_type(failure.application_failure_info().type());
    info.set_non_retryable(failure.application_failure_info().non_retryable());
  }
  failure = std::move(small);
}

}  // namespace

std::string name_of(TimeoutType type) {
  switch (type) {
    case TIMEOUT_TYPE_START_TO_CLOSE:
      return "StartToClose";
    case TIMEOUT_TYPE_SCHEDULE_TO_START:
      return "ScheduleToStart";
    case TIMEOUT_TYPE_SCHEDULE_TO_CLOSE:
      return "ScheduleToClose";
    case TIMEOUT_TYPE_HEARTBEAT:
      return "Heartbeat";
    default:
      return "Unspecified";
  }
}

bool is_retryable(const FailureProto& failure, const Policy& policy) {
  if (failure.has_terminated_failure_info() || failure.has_canceled_failure_info()) return false;
  if (failure.has_timeout_failure_info()) {
    const TimeoutType type = failure.timeout_failure_info().timeout_type();
    if (type != TIMEOUT_TYPE_START_TO_CLOSE && type != TIMEOUT_TYPE_HEARTBEAT) return false;
    return !lists(policy, "TemporalTimeout:" + name_of(type));
  }
  if (failure.has_server_failure_info()) return !failure.server_failure_info().non_retryable();
  if (failure.has_application_failure_info()) {
    const auto& info = failure.application_failure_info();
    return !info.non_retryable() && !lists(policy, info.type());
  }
  return true;
}

RetryDecision decide_retry(TimePoint now, int attempt, const Policy& policy,
                           std::optional<TimePoint> expires, const FailureProto& failure,
                           bool any_delay) {
  if (!is_retryable(failure, policy)) return {RETRY_STATE_NON_RETRYABLE_FAILURE};
  if (policy.maximum_attempts() > 0 && attempt >= policy.maximum_attempts()) {
    return {RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED};
  }
  Duration most = from_proto(policy.maximum_interval());
  Duration pause;
  if (failure.application_failure_info().has_next_retry_delay()) {
    pause = from_proto(failure.application_failure_info().next_retry_delay());
    if (any_delay) most = pause;
  } else {
    const double first = static_cast<double>(from_proto(policy.initial_interval()).count());
    const double nanos = first * std::pow(policy.backoff_coefficient(), attempt - 1);
    // Beyond what a Duration holds is as good as endless: the longest pause bounds it.
    pause = nanos < 9e18 ? Duration(static_cast<std::int64_t>(nanos)) : Duration(-1);
  }
  if (most == Duration::zero() && pause <= Duration::zero()) return {RETRY_STATE_TIMEOUT};
  if (most != Duration::zero() && (pause <= Duration::zero() || pause > most)) pause = most;
  if (expires && pause > *expires - now) return {RETRY_STATE_TIMEOUT};
  return {RETRY_STATE_IN_PROGRESS, pause};
}

void set_retry_defaults(Policy& policy) {
  if (from_proto(policy.initial_interval()) == Duration::zero()) {
    *policy.mutable_initial_interval() = to_proto(std::chrono::seconds(1));
  }
  if (policy.backoff_coefficient() == 0) policy.set_backoff_coefficient(2);
  if (from_proto(policy.maximum_interval()) == Duration::zero()) {
    const Duration initial = from_proto(policy.initial_interval());
    const bool endless = initial > Duration::max() / 100;
    *policy.mutable_maximum_interval() = to_proto(endless ? Duration::max() : 100 * initial);
  }
}

std::string problem_of(const Policy& policy) {
  const Duration initial = from_proto(policy.initial_interval());
  const Duration most = from_proto(policy.maximum_interval());
  if (policy.maximum_attempts() == 1) return {};
  if (initial < Duration::zero())
    return "invalid InitialInterval set on retry policy: negative duration";
  if (policy.backoff_coefficient() < 1) {
    return "BackoffCoefficient cannot be less than 1 on retry policy.";
  }
  if (most < Duration::zero())
    return "invalid MaximumInterval set on retry policy: negative duration";
  if (most > Duration::zero() && most < initial) {
    return "MaximumInterval cannot be less than InitialInterval on retry policy.";
  }
  if (policy.maximum_attempts() < 0) return "MaximumAttempts cannot be negative on retry policy.";
  return {};
}

FailureProto timeout_failure(const std::string& message, TimeoutType type) {
  FailureProto failure;
  failure.set_message(message);
  failure.set_source("Server");
  failure.mutable_timeout_failure_info()->set_timeout_type(type);
  return failure;
}

FailureProto kept_failure(const FailureProto& failure) {
  if (failure.ByteSizeLong() <= kMostKeptFailureBytes) return failure;
  FailureProto kept = server_failure("Failure exceeds size limit.");
  *kept.mutable_cause() = failure;
  truncate(*kept.mutable_cause(), kMostKeptFailureBytes);
  return kept;
}

}  // namespace temporal::embedded
