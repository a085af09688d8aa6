// What a run waits for: activities, timers, children, calls to other runs.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "temporal/base/executor.h"
#include "temporal/embedded/history_store.h"

namespace temporal::embedded {

using Payloads = api::common::v1::Payloads;
using FailureProto = api::failure::v1::Failure;
using TimeoutType = api::enums::v1::TimeoutType;

// When which activity times out how; in the order in which timeouts that are due are handled.
struct ActivityDeadline {
  TimePoint at;
  std::int64_t scheduled_id;
  TimeoutType type;
  auto operator<=>(const ActivityDeadline&) const = default;
};

struct Activity {
  std::int64_t scheduled_id = 0;
  EventPtr scheduled;  // type, input, timeouts, retry policy
  std::string id;
  bool started = false;
  int attempt = 1;
  TimePoint first_scheduled;
  TimePoint scheduled_at;  // of this attempt: in the future while it backs off
  TimePoint started_at;
  TimePoint heartbeat_at;
  TimePoint answered_at;             // of the last attempt that has failed
  std::optional<TimePoint> expires;  // no attempt is made later
  bool cancel_requested = false;
  std::int64_t cancel_requested_id = 0;
  std::string request_id;
  std::string identity;       // of the worker that has started it
  std::string last_identity;  // of the last worker that had it
  std::optional<Payloads> heartbeat_details;
  std::optional<FailureProto> last_failure;
  Executor::TimerId retry_timer = 0;
  std::vector<ActivityDeadline> deadlines;  // as they stand in the run's set

  const api::history::v1::ActivityTaskScheduledEventAttributes& attributes() const {
    return scheduled->activity_task_scheduled_event_attributes();
  }
};

struct Timer {
  std::int64_t started_id = 0;
  TimePoint fires;
};

struct TimerDeadline {
  TimePoint at;
  std::int64_t started_id;
  std::string id;
  auto operator<=>(const TimerDeadline&) const = default;
};

struct Child {
  EventPtr initiated;
  std::int64_t started_id = 0;  // 0 until the parent knows; kBufferedEventId while that is buffered
  std::string workflow_id;
  std::string run_id;  // empty until it has started

  const api::history::v1::StartChildWorkflowExecutionInitiatedEventAttributes& attributes() const {
    return initiated->start_child_workflow_execution_initiated_event_attributes();
  }
};

}  // namespace temporal::embedded
