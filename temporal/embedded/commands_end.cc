// Commands that end the run.
#include "temporal/data/duration.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/command_checks.h"
#include "temporal/embedded/completion.h"
#include "temporal/embedded/deprecated.h"
#include "temporal/embedded/start.h"

namespace temporal::embedded {

using namespace api::enums::v1;

bool Completion::may_close() {
  return !bad(blocked_, WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND, "");
}

void Completion::closed(WorkflowStatus status) {
  set_closed(engine_, *run_, status);
  undo_.add([run = run_] {
    run->status = WORKFLOW_EXECUTION_STATUS_RUNNING;
    run->new_run_id.clear();
  });
}

void Completion::followed_by(const NextRun& next) {
  run_->new_run_id = next.run_id;
  undo_.after_commit([this, next] { start_next_run(engine_, run_, next); });
}

void Completion::complete_run(
    const api::command::v1::CompleteWorkflowExecutionCommandAttributes& attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_COMPLETE_WORKFLOW_EXECUTION_ATTRIBUTES;
  if (!may_close() ||
      bad(!command_->has_complete_workflow_execution_command_attributes(), cause,
          "CompleteWorkflowExecutionCommandAttributes is not set on "
          "CompleteWorkflowExecutionCommand.") ||
      too_big(attributes.result().ByteSizeLong(),
              WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES,
              "CompleteWorkflowExecutionCommandAttributes.Result exceeds size limit.")) {
    return;
  }
  if (!run_->running()) return;
  RetryState state;
  const Payloads* result = attributes.has_result() ? &attributes.result() : nullptr;
  const auto next = next_run_after(engine_, *run_, nullptr, result, state);
  auto& completed = *add(EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED)
                         .mutable_workflow_execution_completed_event_attributes();
  if (result) *completed.mutable_result() = *result;
  completed.set_workflow_task_completed_event_id(completed_id_);
  if (next) completed.set_new_execution_run_id(next->run_id);
  closed(WORKFLOW_EXECUTION_STATUS_COMPLETED);
  if (next) followed_by(*next);
}

void Completion::fail_run(
    const api::command::v1::FailWorkflowExecutionCommandAttributes& attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES;
  if (!may_close() ||
      bad(!command_->has_fail_workflow_execution_command_attributes(), cause,
          "FailWorkflowExecutionCommandAttributes is not set on FailWorkflowExecutionCommand.") ||
      bad(!attributes.has_failure(), cause,
          "Failure is not set on FailWorkflowExecutionCommand.") ||
      too_big(attributes.failure().ByteSizeLong(), cause,
              "FailWorkflowExecutionCommandAttributes.Failure exceeds size limit.")) {
    return;
  }
  if (!run_->running()) return;
  RetryState state;
  const auto next = next_run_after(engine_, *run_, &attributes.failure(), nullptr, state);
  auto& failed = *add(EVENT_TYPE_WORKFLOW_EXECUTION_FAILED)
                      .mutable_workflow_execution_failed_event_attributes();
  *failed.mutable_failure() = attributes.failure();
  failed.set_retry_state(state);
  failed.set_workflow_task_completed_event_id(completed_id_);
  if (next) failed.set_new_execution_run_id(next->run_id);
  closed(WORKFLOW_EXECUTION_STATUS_FAILED);
  if (next) followed_by(*next);
}

void Completion::cancel_run(
    const api::command::v1::CancelWorkflowExecutionCommandAttributes& attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_WORKFLOW_EXECUTION_ATTRIBUTES;
  if (!may_close() || bad(!command_->has_cancel_workflow_execution_command_attributes(), cause,
                          "CancelWorkflowExecutionCommandAttributes is not set on "
                          "CancelWorkflowExecutionCommand.")) {
    return;
  }
  if (!run_->running()) return;
  auto& canceled = *add(EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED)
                        .mutable_workflow_execution_canceled_event_attributes();
  canceled.set_workflow_task_completed_event_id(completed_id_);
  if (attributes.has_details()) *canceled.mutable_details() = attributes.details();
  closed(WORKFLOW_EXECUTION_STATUS_CANCELED);
}

void Completion::continue_run(
    api::command::v1::ContinueAsNewWorkflowExecutionCommandAttributes attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_CONTINUE_AS_NEW_ATTRIBUTES;
  if (!may_close()) return;
  if (attributes.workflow_type().name().empty()) {
    attributes.mutable_workflow_type()->set_name(run_->type);
  }
  if (attributes.task_queue().name().empty())
    attributes.mutable_task_queue()->set_name(run_->queue);
  attributes.mutable_task_queue()->set_kind(TASK_QUEUE_KIND_NORMAL);
  if (from_proto(attributes.workflow_run_timeout()) == Duration::zero()) {
    *attributes.mutable_workflow_run_timeout() = to_proto(run_->run_timeout);
  }
  if (from_proto(attributes.workflow_task_timeout()) == Duration::zero()) {
    *attributes.mutable_workflow_task_timeout() = to_proto(run_->task_timeout);
  }
  const std::string policy = complete_policy(attributes);
  const std::string which = ". WorkflowType=" + attributes.workflow_type().name() +
                            " TaskQueue=name:\"" + attributes.task_queue().name() +
                            "\" kind:TASK_QUEUE_KIND_NORMAL";
  const std::string on = " on ContinueAsNewWorkflowExecutionCommand";
  if (bad(!command_->has_continue_as_new_workflow_execution_command_attributes(), cause,
          "ContinueAsNewWorkflowExecutionCommandAttributes is not set" + on + ".") ||
      bad(attributes.workflow_type().name().size() > kMostIdBytes, cause,
          "WorkflowType" + on + " exceeds length limit. WorkflowType=" +
              attributes.workflow_type().name() + lengths(attributes.workflow_type().name())) ||
      bad(negative(attributes.workflow_run_timeout()), cause,
          "Invalid WorkflowRunTimeout" + on + ": negative duration" + which) ||
      bad(negative(attributes.workflow_task_timeout()), cause,
          "Invalid WorkflowTaskTimeout" + on + ": negative duration" + which) ||
      bad(negative(attributes.backoff_start_interval()), cause,
          "Invalid BackoffStartInterval" + on + ": negative duration" + which) ||
      refused(!policy.empty(), "invalid WorkflowRetryPolicy" + on + ": " + policy + which) ||
      bad_attributes(attributes.search_attributes(), cause, "invalid SearchAttributes" + on + ": ",
                     which) ||
      too_big(attributes.input().ByteSizeLong(), cause,
              "ContinueAsNewWorkflowExecutionCommandAttributes. Input exceeds size limit.") ||
      too_big(attributes.memo().ByteSizeLong(), cause,
              "ContinueAsNewWorkflowExecutionCommandAttributes. Memo exceeds size limit.")) {
    return;
  }
  complete_timeouts(attributes, run_->execution_timeout);
  if (!run_->running()) return;
  const std::string run_id = engine_.new_id();
  auto& continued = *add(EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW)
                         .mutable_workflow_execution_continued_as_new_event_attributes();
  continued.set_new_execution_run_id(run_id);
  *continued.mutable_workflow_type() = attributes.workflow_type();
  *continued.mutable_task_queue() = attributes.task_queue();
  if (attributes.has_input()) *continued.mutable_input() = attributes.input();
  *continued.mutable_workflow_run_timeout() = attributes.workflow_run_timeout();
  *continued.mutable_workflow_task_timeout() = attributes.workflow_task_timeout();
  continued.set_workflow_task_completed_event_id(completed_id_);
  if (attributes.has_backoff_start_interval()) {
    *continued.mutable_backoff_start_interval() = attributes.backoff_start_interval();
  }
  continued.set_initiator(attributes.initiator());
  if (attributes.has_failure()) *continued.mutable_failure() = attributes.failure();
  if (attributes.has_last_completion_result()) {
    *continued.mutable_last_completion_result() = attributes.last_completion_result();
  }
  if (attributes.has_header()) *continued.mutable_header() = attributes.header();
  if (attributes.has_memo()) *continued.mutable_memo() = attributes.memo();
  if (attributes.has_search_attributes()) {
    *continued.mutable_search_attributes() = attributes.search_attributes();
    complete_types(engine_.options(), *continued.mutable_search_attributes());
  }
  closed(WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW);
  run_->new_run_id = run_id;
  undo_.after_commit(
      [this, run_id, attributes] { continue_as_new(engine_, run_, run_id, attributes); });
}

}  // namespace temporal::embedded
