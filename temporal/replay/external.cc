#include "temporal/replay/external.h"

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/api/history/v1/message.pb.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

// Both go one way, so that their tables need no state beyond the event ids:
//   commanded --initiated event--> sent --delivered | failed event--> closed
//   commanded --cancel--> closed

namespace {

Failure not_delivered(const std::string& what, SignalExternalWorkflowExecutionFailedCause cause) {
  return Failure(
      what + " could not be delivered: " + SignalExternalWorkflowExecutionFailedCause_Name(cause),
      "NotDelivered");
}
Failure not_delivered(const std::string& what, CancelExternalWorkflowExecutionFailedCause cause) {
  return Failure(
      what + " could not be delivered: " + CancelExternalWorkflowExecutionFailedCause_Name(cause),
      "NotDelivered");
}

}  // namespace

SignalMachine::SignalMachine(Commands& commands, const wf::WorkflowRef& target,
                             std::string_view signal, Payloads input, const wf::Scope& scope,
                             std::source_location where)
    : commands_(commands), signal_(signal), workflow_id_(target.workflow_id) {
  this->where = where;
  if (!join(scope)) {
    settle(Failure::canceled());
    return;
  }
  std::unique_ptr<CommandProto> command;
  if (commands_.recording) {
    command = std::make_unique<CommandProto>();
    command->set_command_type(COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION);
    auto& attributes = *command->mutable_signal_external_workflow_execution_command_attributes();
    attributes.mutable_execution()->set_workflow_id(target.workflow_id);
    attributes.mutable_execution()->set_run_id(target.run_id);
    attributes.set_child_workflow_only(target.child_only);
    attributes.set_signal_name(signal_);
    *attributes.mutable_input() = std::move(input);
  }
  commands_.send(*this, EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED,
                 std::move(command));
}

std::string SignalMachine::name() const {
  return "signal " + signal_ + " to workflow " + workflow_id_;
}

std::string SignalMachine::recorded(const Event& event) {
  const auto& attributes = event.signal_external_workflow_execution_initiated_event_attributes();
  initiated_ = event.event_id();
  commands_.expect(initiated_, *this);
  std::string differs = difference("signal", attributes.signal_name(), signal_);
  if (differs.empty() && !commands_.ignore_auto_ids) {
    differs = difference("workflow", attributes.workflow_execution().workflow_id(), workflow_id_);
  }
  return differs;
}

bool SignalMachine::on(const Event& event) {
  commands_.forget(initiated_);
  if (event.event_type() == EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED) {
    settle(Payloads());
    return true;
  }
  if (event.event_type() != EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED) return false;
  settle(not_delivered(name(),
                       event.signal_external_workflow_execution_failed_event_attributes().cause()));
  return true;
}

void SignalMachine::cancel() {
  const wf::Ref<Future> keep(this);
  if (done() || initiated_ != 0) return;
  commands_.withdraw(*this, EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED);
  settle(Failure::canceled());
}

CancelMachine::CancelMachine(Commands& commands, const wf::WorkflowRef& target,
                             std::source_location where)
    : commands_(commands), workflow_id_(target.workflow_id) {
  this->where = where;
  std::unique_ptr<CommandProto> command;
  if (commands_.recording) {
    command = std::make_unique<CommandProto>();
    command->set_command_type(COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION);
    auto& attributes =
        *command->mutable_request_cancel_external_workflow_execution_command_attributes();
    attributes.set_workflow_id(target.workflow_id);
    attributes.set_run_id(target.run_id);
    attributes.set_child_workflow_only(target.child_only);
  }
  commands_.send(*this, EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED,
                 std::move(command));
}

std::string CancelMachine::name() const {
  return "cancellation of workflow " + workflow_id_;
}

std::string CancelMachine::recorded(const Event& event) {
  const auto& attributes =
      event.request_cancel_external_workflow_execution_initiated_event_attributes();
  initiated_ = event.event_id();
  commands_.expect(initiated_, *this);
  if (commands_.ignore_auto_ids) return "";
  return difference("workflow", attributes.workflow_execution().workflow_id(), workflow_id_);
}

bool CancelMachine::on(const Event& event) {
  commands_.forget(initiated_);
  if (event.event_type() == EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED) {
    settle(Payloads());
    return true;
  }
  if (event.event_type() != EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED) {
    return false;
  }
  settle(not_delivered(
      name(), event.request_cancel_external_workflow_execution_failed_event_attributes().cause()));
  return true;
}

void CancelMachine::cancel() {
  const wf::Ref<Future> keep(this);
  if (done() || initiated_ != 0) return;
  commands_.withdraw(*this, EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED);
  settle(Failure::canceled());
}

}  // namespace temporal::replay
