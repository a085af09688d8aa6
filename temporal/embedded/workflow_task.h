// Workflow tasks: scheduled, started, completed, failed, timed out. A transient one (after a
// failure) and a speculative one (for an update) are in the history only once they complete.
#pragma once

#include <optional>
#include <string>

#include "temporal/embedded/engine.h"

namespace temporal::embedded {

using TaskFailedCause = api::enums::v1::WorkflowTaskFailedCause;

// `handed_on`: the task goes to the caller, not to a queue. `original`: a heartbeat's.
void schedule_task(Engine& engine, const RunPtr& run, TaskType type = TaskType::Normal,
                   bool handed_on = false, std::optional<TimePoint> original = {});
void start_task(Engine& engine, const RunPtr& run, const std::string& request_id,
                const api::taskqueue::v1::TaskQueue& queue, const std::string& identity);
struct TaskFailure {
  TaskFailedCause cause;
  FailureProto failure;
  std::string identity;
  std::string binary_checksum;
  std::string base_run_id;
  std::string new_run_id;
  std::int64_t fork_version = 0;
};
// The id of the event that says so; of the last event, where a transient task has none.
std::int64_t fail_task(Engine& engine, Run& run, const TaskFailure& failure);
void time_out_task(Engine& engine, Run& run);
// The id of the completed event; 0, where the speculative task was dropped.
std::int64_t complete_task(
    Engine& engine, Run& run,
    const api::workflowservice::v1::RespondWorkflowTaskCompletedRequest& request);
// The completion has been taken back: the task is as it was, started and with its timeout.
void restore_task(Engine& engine, const RunPtr& run, const WorkflowTask& before);
// Writes a speculative task into the history before anything else gets there.
void keep_speculative_task(Engine& engine, const RunPtr& run);

void clear_sticky(Run& run);
api::taskqueue::v1::TaskQueue current_queue(const Run& run);
FailureProto server_failure(const std::string& message, bool non_retryable = false);

// What the worker gets; `heartbeat`: without the updates that it has.
void fill_task(Run& run, bool sticky, bool heartbeat,
               api::workflowservice::v1::PollWorkflowTaskQueueResponse& reply);
// Gives the task to the poll; false where the task is stale.
bool deliver_task(Engine& engine, const RunPtr& run, std::int64_t scheduled_id,
                  const CallPtr& poll);
bool deliver_query(const std::shared_ptr<DirectQuery>& query, const CallPtr& poll);

}  // namespace temporal::embedded
