#include "temporal/client/description.h"

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/api/workflow/v1/message.pb.h"
#include "temporal/data/duration.h"

namespace temporal::client {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

WorkflowStatus status_of(WorkflowExecutionStatus status) {
  switch (status) {
    case WORKFLOW_EXECUTION_STATUS_RUNNING:
      return WorkflowStatus::Running;
    case WORKFLOW_EXECUTION_STATUS_COMPLETED:
      return WorkflowStatus::Completed;
    case WORKFLOW_EXECUTION_STATUS_FAILED:
      return WorkflowStatus::Failed;
    case WORKFLOW_EXECUTION_STATUS_CANCELED:
      return WorkflowStatus::Canceled;
    case WORKFLOW_EXECUTION_STATUS_TERMINATED:
      return WorkflowStatus::Terminated;
    case WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW:
      return WorkflowStatus::ContinuedAsNew;
    case WORKFLOW_EXECUTION_STATUS_TIMED_OUT:
      return WorkflowStatus::TimedOut;
    default:
      return WorkflowStatus::Other;
  }
}

}  // namespace

const char* name_of(WorkflowStatus status) {
  static constexpr const char* kNames[] = {"Running",    "Completed",      "Failed",   "Canceled",
                                           "Terminated", "ContinuedAsNew", "TimedOut", "Other"};
  return kNames[static_cast<int>(status)];
}

WorkflowDescription description_of(const api::workflow::v1::WorkflowExecutionInfo& info) {
  WorkflowDescription description;
  description.id = info.execution().workflow_id();
  description.run_id = info.execution().run_id();
  description.first_run_id = info.first_run_id();
  description.type = info.type().name();
  description.queue = info.task_queue();
  description.status = status_of(info.status());
  description.start = from_proto(info.start_time());
  if (info.has_close_time()) description.close = from_proto(info.close_time());
  description.history_length = info.history_length();
  description.history_bytes = info.history_size_bytes();
  for (const auto& [key, value] : info.memo().fields()) description.memo[key] = value;
  description.search_attributes = SearchAttributes(info.search_attributes());
  description.parent_id = info.parent_execution().workflow_id();
  description.parent_run_id = info.parent_execution().run_id();
  return description;
}

PendingActivity description_of(const api::workflow::v1::PendingActivityInfo& info) {
  PendingActivity activity;
  activity.id = info.activity_id();
  activity.type = info.activity_type().name();
  activity.attempt = info.attempt();
  activity.cancel_requested = info.state() == PENDING_ACTIVITY_STATE_CANCEL_REQUESTED;
  // Asked to stop, it may be at work or wait.
  activity.started = info.state() == PENDING_ACTIVITY_STATE_STARTED ||
                     info.state() == PENDING_ACTIVITY_STATE_PAUSE_REQUESTED ||
                     (activity.cancel_requested && info.has_last_started_time());
  activity.paused = info.paused();
  if (info.has_last_failure()) activity.last_failure = Failure(info.last_failure());
  activity.heartbeat = info.heartbeat_details();
  return activity;
}

}  // namespace temporal::client
