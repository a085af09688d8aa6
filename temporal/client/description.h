// WorkflowDescription: what the service knows of a workflow execution.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "temporal/base/executor.h"
#include "temporal/data/failure.h"
#include "temporal/data/search_attributes.h"

namespace temporal::api::workflow::v1 {
class PendingActivityInfo;
class WorkflowExecutionInfo;
}  // namespace temporal::api::workflow::v1

namespace temporal::client {

enum class WorkflowStatus {
  Running,
  Completed,
  Failed,
  Canceled,
  Terminated,
  ContinuedAsNew,
  TimedOut,
  Other,
};
const char* name_of(WorkflowStatus status);

struct PendingActivity {
  std::string id, type;
  int attempt = 0;
  bool started = false;  // a worker is at it; otherwise it waits for one, or for a retry
  bool cancel_requested = false;
  bool paused = false;
  std::optional<Failure> last_failure;  // of the attempt before
  Payloads heartbeat;                   // what it said last
};

struct WorkflowDescription {
  std::string id, run_id, first_run_id, type, queue;
  WorkflowStatus status = WorkflowStatus::Other;
  TimePoint start;
  std::optional<TimePoint> close;
  std::int64_t history_length = 0, history_bytes = 0;
  std::map<std::string, Payload> memo;
  SearchAttributes search_attributes;
  std::string parent_id, parent_run_id;

  // By describe() only, not by list().
  std::vector<PendingActivity> pending_activities;
  std::vector<std::string> pending_children;  // their workflow ids
  bool task_waits = false;                    // a workflow task that no worker has taken yet
};

enum class TaskKind { Workflow, Activity };

struct QueueDescription {
  // The identities of those who have polled within the time that a poll may take; one that is gone
  // is among them for as long.
  std::set<std::string> pollers;
  std::int64_t waiting = 0;  // tasks that nobody has taken, about
};

WorkflowDescription description_of(const api::workflow::v1::WorkflowExecutionInfo& info);
PendingActivity description_of(const api::workflow::v1::PendingActivityInfo& info);

}  // namespace temporal::client
