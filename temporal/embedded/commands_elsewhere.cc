// Commands that act on other runs: children, signals, requests to cancel.
#include "temporal/data/duration.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/children.h"
#include "temporal/embedded/command_checks.h"
#include "temporal/embedded/completion.h"
#include "temporal/embedded/cron.h"
#include "temporal/embedded/deprecated.h"

namespace temporal::embedded {

using namespace api::enums::v1;

void Completion::start_child(
    api::command::v1::StartChildWorkflowExecutionCommandAttributes attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_START_CHILD_EXECUTION_ATTRIBUTES;
  if (attributes.namespace_().empty()) attributes.set_namespace_(run_->namespace_name);
  if (attributes.task_queue().name().empty())
    attributes.mutable_task_queue()->set_name(run_->queue);
  attributes.mutable_task_queue()->set_kind(TASK_QUEUE_KIND_NORMAL);
  const std::string& id = attributes.workflow_id();
  const std::string& type = attributes.workflow_type().name();
  const std::string policy = complete_policy(attributes);
  const std::string on = " on StartChildWorkflowExecutionCommand";
  const std::string& space = attributes.namespace_();
  const std::string which = ". WorkflowId=" + id + " WorkflowType=" + type + " Namespace=" + space;
  const std::string& cron = attributes.cron_schedule();
  const std::string space_id = namespace_id(space);
  if (space_id.empty()) return;
  if (bad(!command_->has_start_child_workflow_execution_command_attributes(), cause,
          "StartChildWorkflowExecutionCommandAttributes is not set" + on + ".") ||
      bad(id.empty(), cause,
          "Required field WorkflowId is not set" + on + ". WorkflowType=" + type +
              " Namespace=" + space) ||
      bad(type.empty(), cause,
          "Required field WorkflowType is not set" + on + ". WorkflowId=" + id +
              " Namespace=" + space) ||
      bad(id.size() > kMostIdBytes, cause,
          "WorkflowId" + on + " exceeds length limit. WorkflowId=" + id + lengths(id) +
              " WorkflowType=" + type + " Namespace=" + space) ||
      bad(type.size() > kMostIdBytes, cause,
          "WorkflowType" + on + " exceeds length limit. WorkflowId=" + id +
              " WorkflowType=" + type + lengths(type) + " Namespace=" + space) ||
      bad(negative(attributes.workflow_execution_timeout()), cause,
          "Invalid WorkflowExecutionTimeout" + on + ": negative duration" + which) ||
      bad(negative(attributes.workflow_run_timeout()), cause,
          "Invalid WorkflowRunTimeout" + on + ": negative duration" + which) ||
      bad(negative(attributes.workflow_task_timeout()), cause,
          "Invalid WorkflowTaskTimeout" + on + ": negative duration" + which) ||
      refused(!policy.empty(), "invalid WorkflowRetryPolicy" + on + ": " + policy + which) ||
      refused(!cron.empty() && !Cron::parse(cron),
              "invalid CronSchedule" + on + ": invalid CronSchedule." + which) ||
      bad_attributes(attributes.search_attributes(), cause,
                     "invalid SearchAttributes on StartChildWorkflowCommand: ", which) ||
      too_big(attributes.input().ByteSizeLong(), cause,
              "StartChildWorkflowExecutionCommandAttributes. Input exceeds size limit.") ||
      too_big(attributes.memo().ByteSizeLong(), cause,
              "StartChildWorkflowExecutionCommandAttributes.Memo exceeds size limit.") ||
      too_many(run_->children.size(),
               WORKFLOW_TASK_FAILED_CAUSE_PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED,
               "child workflow executions")) {
    return;
  }
  complete_timeouts(attributes, from_proto(attributes.workflow_execution_timeout()));
  if (attributes.parent_close_policy() == PARENT_CLOSE_POLICY_UNSPECIFIED) {
    attributes.set_parent_close_policy(PARENT_CLOSE_POLICY_TERMINATE);
  }
  if (attributes.workflow_id_reuse_policy() == WORKFLOW_ID_REUSE_POLICY_UNSPECIFIED) {
    attributes.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
  }
  if (!run_->running()) return;
  HistoryEvent& event = add(EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED);
  auto& initiated = *event.mutable_start_child_workflow_execution_initiated_event_attributes();
  initiated.set_namespace_(space);
  initiated.set_namespace_id(space_id);
  initiated.set_workflow_id(id);
  *initiated.mutable_workflow_type() = attributes.workflow_type();
  *initiated.mutable_task_queue() = attributes.task_queue();
  if (attributes.has_input()) *initiated.mutable_input() = attributes.input();
  if (attributes.has_workflow_execution_timeout()) {
    *initiated.mutable_workflow_execution_timeout() = attributes.workflow_execution_timeout();
  }
  *initiated.mutable_workflow_run_timeout() = attributes.workflow_run_timeout();
  *initiated.mutable_workflow_task_timeout() = attributes.workflow_task_timeout();
  initiated.set_parent_close_policy(attributes.parent_close_policy());
  initiated.set_control(attributes.control());
  initiated.set_workflow_task_completed_event_id(completed_id_);
  initiated.set_workflow_id_reuse_policy(attributes.workflow_id_reuse_policy());
  if (attributes.has_retry_policy()) *initiated.mutable_retry_policy() = attributes.retry_policy();
  initiated.set_cron_schedule(cron);
  if (attributes.has_header()) *initiated.mutable_header() = attributes.header();
  if (attributes.has_memo()) *initiated.mutable_memo() = attributes.memo();
  if (attributes.has_search_attributes()) {
    *initiated.mutable_search_attributes() = attributes.search_attributes();
    complete_types(engine_.options(), *initiated.mutable_search_attributes());
  }
  if (attributes.has_priority()) *initiated.mutable_priority() = attributes.priority();
  const std::int64_t initiated_id = event.event_id();
  run_->children[initiated_id] = {run_->history.ptr(initiated_id), 0, id, ""};
  undo_.add([run = run_, initiated_id] { run->children.erase(initiated_id); });
  children_.insert(id);
  start_child_later(engine_, run_, initiated_id);
}

void Completion::signal_external(
    const api::command::v1::SignalExternalWorkflowExecutionCommandAttributes& attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES;
  const std::string on = " on SignalExternalWorkflowExecutionCommand";
  const std::string& id = attributes.execution().workflow_id();
  const std::string& run_id = attributes.execution().run_id();
  const std::string space = "Namespace=" + attributes.namespace_();
  const std::string rest = " RunId=" + run_id + " SignalName=" + attributes.signal_name();
  const std::string space_id = namespace_id(attributes.namespace_());
  if (space_id.empty()) return;
  if (bad(!command_->has_signal_external_workflow_execution_command_attributes(), cause,
          "SignalExternalWorkflowExecutionCommandAttributes is not set" + on + ".") ||
      bad(!attributes.has_execution(), cause, "Execution is not set" + on + ".") ||
      bad(id.empty(), cause, "WorkflowId is not set" + on + ". " + space + rest) ||
      bad(id.size() > kMostIdBytes, cause,
          "WorkflowId" + on + " exceeds length limit. WorkflowId=" + id + lengths(id) + " " +
              space + rest) ||
      bad(!run_id.empty() && !is_uuid(run_id), cause,
          "Invalid RunId set" + on + ". WorkflowId=" + id + " " + space + rest) ||
      bad(attributes.signal_name().empty(), cause,
          "SignalName is not set" + on + ". WorkflowId=" + id + " " + space + " RunId=" + run_id) ||
      too_many(run_->signals.size(), WORKFLOW_TASK_FAILED_CAUSE_PENDING_SIGNALS_LIMIT_EXCEEDED,
               "signals to external workflows") ||
      too_big(attributes.input().ByteSizeLong(), cause,
              "SignalExternalWorkflowExecutionCommandAttributes.Input exceeds size limit.")) {
    return;
  }
  if (!run_->running()) return;
  HistoryEvent& event = add(EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED);
  auto& initiated = *event.mutable_signal_external_workflow_execution_initiated_event_attributes();
  initiated.set_workflow_task_completed_event_id(completed_id_);
  initiated.set_namespace_(attributes.namespace_());
  initiated.set_namespace_id(space_id);
  *initiated.mutable_workflow_execution() = attributes.execution();
  initiated.set_signal_name(attributes.signal_name());
  if (attributes.has_input()) *initiated.mutable_input() = attributes.input();
  initiated.set_control(attributes.control());
  initiated.set_child_workflow_only(attributes.child_workflow_only());
  if (attributes.has_header()) *initiated.mutable_header() = attributes.header();
  const std::int64_t initiated_id = event.event_id();
  run_->signals[initiated_id] = run_->history.ptr(initiated_id);
  undo_.add([run = run_, initiated_id] { run->signals.erase(initiated_id); });
  signal_external_later(engine_, run_, initiated_id);
}

void Completion::cancel_external(
    const api::command::v1::RequestCancelExternalWorkflowExecutionCommandAttributes& attributes) {
  constexpr auto cause =
      WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_ATTRIBUTES;
  const std::string on = " on RequestCancelExternalWorkflowExecutionCommand";
  const std::string& id = attributes.workflow_id();
  const std::string rest =
      " RunId=" + attributes.run_id() + " Namespace=" + attributes.namespace_();
  const std::string which = ". WorkflowId=" + id + rest;
  const std::string space_id = namespace_id(attributes.namespace_());
  if (space_id.empty()) return;
  if (bad(!command_->has_request_cancel_external_workflow_execution_command_attributes(), cause,
          "RequestCancelExternalWorkflowExecutionCommandAttributes is not set" + on + ".") ||
      bad(id.empty(), cause,
          "WorkflowId is not set" + on + ". Namespace=" + attributes.namespace_() +
              " RunId=" + attributes.run_id()) ||
      bad(id.size() > kMostIdBytes, cause,
          "WorkflowId" + on + " exceeds length limit. WorkflowId=" + id + lengths(id) + rest) ||
      bad(!attributes.run_id().empty() && !is_uuid(attributes.run_id()), cause,
          "Invalid RunId set" + on + which) ||
      bad(children_.contains(id), cause,
          "Start and RequestCancel for child workflow is not allowed in same workflow task" +
              which) ||
      too_many(run_->cancels.size(),
               WORKFLOW_TASK_FAILED_CAUSE_PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED,
               "requests to cancel external workflows")) {
    return;
  }
  if (!run_->running()) return;
  HistoryEvent& event = add(EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED);
  auto& initiated =
      *event.mutable_request_cancel_external_workflow_execution_initiated_event_attributes();
  initiated.set_workflow_task_completed_event_id(completed_id_);
  initiated.set_namespace_(attributes.namespace_());
  initiated.set_namespace_id(space_id);
  initiated.mutable_workflow_execution()->set_workflow_id(id);
  initiated.mutable_workflow_execution()->set_run_id(attributes.run_id());
  initiated.set_control(attributes.control());
  initiated.set_child_workflow_only(attributes.child_workflow_only());
  initiated.set_reason(attributes.reason());
  const std::int64_t initiated_id = event.event_id();
  run_->cancels[initiated_id] = run_->history.ptr(initiated_id);
  undo_.add([run = run_, initiated_id] { run->cancels.erase(initiated_id); });
  cancel_external_later(engine_, run_, initiated_id);
}

}  // namespace temporal::embedded
