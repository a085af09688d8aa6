// DescribeWorkflowExecution.
#include "temporal/embedded/describe.h"

#include "temporal/data/duration.h"
#include "temporal/embedded/answers.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;
using Reply = api::workflowservice::v1::DescribeWorkflowExecutionResponse;

void fill_activity(const Engine& engine, const Activity& activity, Reply& reply) {
  auto& info = *reply.add_pending_activities();
  const auto& attributes = activity.attributes();
  info.set_activity_id(activity.id);
  *info.mutable_activity_type() = attributes.activity_type();
  info.set_state(activity.cancel_requested ? PENDING_ACTIVITY_STATE_CANCEL_REQUESTED
                 : activity.started        ? PENDING_ACTIVITY_STATE_STARTED
                                           : PENDING_ACTIVITY_STATE_SCHEDULED);
  if (activity.heartbeat_details) *info.mutable_heartbeat_details() = *activity.heartbeat_details;
  if (activity.heartbeat_at != TimePoint{}) {
    *info.mutable_last_heartbeat_time() = to_proto(activity.heartbeat_at);
  }
  *info.mutable_scheduled_time() = to_proto(activity.scheduled_at);
  if (activity.started) {
    *info.mutable_last_started_time() = to_proto(activity.started_at);
  } else if (activity.scheduled_at > engine.now()) {
    *info.mutable_next_attempt_schedule_time() = to_proto(activity.scheduled_at);
  }
  if (activity.answered_at != TimePoint{}) {
    *info.mutable_last_attempt_complete_time() = to_proto(activity.answered_at);
  }
  info.set_attempt(activity.attempt);
  info.set_maximum_attempts(attributes.retry_policy().maximum_attempts());
  if (activity.expires) *info.mutable_expiration_time() = to_proto(*activity.expires);
  if (activity.last_failure) *info.mutable_last_failure() = *activity.last_failure;
  info.set_last_worker_identity(activity.started ? activity.identity : activity.last_identity);
  if (attributes.has_priority()) *info.mutable_priority() = attributes.priority();
  auto& options = *info.mutable_activity_options();
  options.mutable_task_queue()->set_name(attributes.task_queue().name());
  options.mutable_task_queue()->set_normal_name(attributes.task_queue().name());
  *options.mutable_schedule_to_close_timeout() = attributes.schedule_to_close_timeout();
  *options.mutable_schedule_to_start_timeout() = attributes.schedule_to_start_timeout();
  *options.mutable_start_to_close_timeout() = attributes.start_to_close_timeout();
  *options.mutable_heartbeat_timeout() = attributes.heartbeat_timeout();
  *options.mutable_retry_policy() = attributes.retry_policy();
  options.mutable_retry_policy()->clear_non_retryable_error_types();
}

}  // namespace

void fill_info(const Run& run, api::workflow::v1::WorkflowExecutionInfo& info) {
  info.mutable_execution()->set_workflow_id(run.workflow_id);
  info.mutable_execution()->set_run_id(run.run_id);
  info.mutable_type()->set_name(run.type);
  *info.mutable_start_time() = to_proto(run.started_at);
  *info.mutable_execution_time() = to_proto(run.execution_at);
  info.set_status(run.status);
  info.set_history_length(run.history.next_id() - 1);
  info.set_history_size_bytes(run.history.bytes());
  if (!run.running()) {
    *info.mutable_close_time() = to_proto(run.closed_at);
    *info.mutable_execution_duration() = to_proto(run.closed_at - run.execution_at);
  }
  for (const auto& [name, payload] : run.memo)
    (*info.mutable_memo()->mutable_fields())[name] = payload;
  info.mutable_memo();
  auto& attributes = *info.mutable_search_attributes()->mutable_indexed_fields();
  for (const auto& [name, payload] : run.search_attributes) attributes[name] = payload;
  info.set_task_queue(run.queue);
  if (run.parent) {
    info.mutable_parent_execution()->set_workflow_id(run.parent->workflow_id);
    info.mutable_parent_execution()->set_run_id(run.parent->run_id);
  }
  info.mutable_root_execution()->set_workflow_id(run.root_workflow_id);
  info.mutable_root_execution()->set_run_id(run.root_run_id);
  info.set_first_run_id(run.first_run_id);
  if (run.start().has_priority()) *info.mutable_priority() = run.start().priority();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::DescribeWorkflowExecutionRequest& request,
              Reply& reply) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  const auto found = engine.find(request.namespace_(), request.execution());
  if (!found.ok()) return found.status();
  const Run& run = **found;
  auto& config = *reply.mutable_execution_config();
  config.mutable_task_queue()->set_name(run.queue);
  config.mutable_task_queue()->set_kind(TASK_QUEUE_KIND_NORMAL);
  if (run.start().has_workflow_execution_timeout()) {
    *config.mutable_workflow_execution_timeout() = run.start().workflow_execution_timeout();
  }
  if (run.start().has_workflow_run_timeout()) {
    *config.mutable_workflow_run_timeout() = run.start().workflow_run_timeout();
  }
  *config.mutable_default_workflow_task_timeout() = to_proto(run.task_timeout);
  if (run.history.at(1).has_user_metadata()) {
    *config.mutable_user_metadata() = run.history.at(1).user_metadata();
  }
  fill_info(run, *reply.mutable_workflow_execution_info());
  auto& extended = *reply.mutable_workflow_extended_info();
  if (run.run_expires) *extended.mutable_run_expiration_time() = to_proto(*run.run_expires);
  if (run.execution_expires) {
    *extended.mutable_execution_expiration_time() = to_proto(*run.execution_expires);
  }
  extended.set_cancel_requested(run.cancel_requested);
  *extended.mutable_original_start_time() = run.history.at(1).event_time();
  if (run.from_reset) *extended.mutable_last_reset_time() = to_proto(run.started_at);
  extended.set_reset_run_id(run.reset_run_id);
  if (run.parent) {
    const Namespace* space = engine.find_namespace(run.parent->namespace_name);
    if (space) reply.mutable_workflow_execution_info()->set_parent_namespace_id(space->id);
  }
  for (const auto& [id, activity] : run.activities) fill_activity(engine, activity, reply);
  for (const auto& [id, child] : run.children) {
    auto& info = *reply.add_pending_children();
    info.set_workflow_id(child.workflow_id);
    info.set_run_id(child.run_id);
    info.set_workflow_type_name(child.attributes().workflow_type().name());
    info.set_initiated_id(id);
    info.set_parent_close_policy(child.attributes().parent_close_policy());
  }
  if (run.task_pending()) {
    auto& task = *reply.mutable_pending_workflow_task();
    task.set_state(run.task_started() ? PENDING_WORKFLOW_TASK_STATE_STARTED
                                      : PENDING_WORKFLOW_TASK_STATE_SCHEDULED);
    *task.mutable_scheduled_time() = to_proto(run.task.scheduled_at);
    *task.mutable_original_scheduled_time() = to_proto(run.task.original_scheduled_at);
    if (run.task_started()) *task.mutable_started_time() = to_proto(run.task.started_at);
    task.set_attempt(run.task.attempt);
  }
  return done();
}

}  // namespace temporal::embedded
