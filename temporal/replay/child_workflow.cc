#include "temporal/replay/child_workflow.h"

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/api/history/v1/message.pb.h"
#include "temporal/data/duration.h"
#include "temporal/replay/table.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

enum class ChildMachine::State { Commanded, Initiated, CancelWanted, Started, Canceling, Closed };
enum class ChildMachine::Input { Recorded, NotStarted, Started, Ended, Cancel };

struct ChildTable {
  using State = ChildMachine::State;
  using Input = ChildMachine::Input;
  static constexpr auto kRows = std::to_array<Transition<State, Input>>({
      {State::Commanded, Input::Recorded, State::Initiated},
      {State::Commanded, Input::Cancel, State::Closed},
      {State::Initiated, Input::NotStarted, State::Closed},
      {State::Initiated, Input::Started, State::Started},
      // There is nothing to ask yet: the request goes out when it has started.
      {State::Initiated, Input::Cancel, State::CancelWanted},
      {State::CancelWanted, Input::NotStarted, State::Closed},
      {State::CancelWanted, Input::Started, State::Canceling},
      {State::Started, Input::Ended, State::Closed},
      {State::Started, Input::Cancel, State::Canceling},
      {State::Canceling, Input::Ended, State::Closed},
  });
};

namespace {

std::unique_ptr<CommandProto> start_command(const std::string& id, const std::string& type,
                                            Payloads input, const wf::ChildOptions::Values& options,
                                            const std::string& queue) {
  auto command = std::make_unique<CommandProto>();
  command->set_command_type(COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION);
  auto& attributes = *command->mutable_start_child_workflow_execution_command_attributes();
  attributes.set_workflow_id(id);
  attributes.mutable_workflow_type()->set_name(type);
  attributes.mutable_task_queue()->set_name(options.queue.empty() ? queue : options.queue);
  *attributes.mutable_input() = std::move(input);
  *attributes.mutable_workflow_execution_timeout() = to_proto(options.execution_timeout);
  *attributes.mutable_workflow_run_timeout() = to_proto(options.run_timeout);
  *attributes.mutable_workflow_task_timeout() = to_proto(options.task_timeout);
  switch (options.parent_close) {
    case wf::ParentClose::Terminate:
      attributes.set_parent_close_policy(PARENT_CLOSE_POLICY_TERMINATE);
      break;
    case wf::ParentClose::Abandon:
      attributes.set_parent_close_policy(PARENT_CLOSE_POLICY_ABANDON);
      break;
    case wf::ParentClose::RequestCancel:
      attributes.set_parent_close_policy(PARENT_CLOSE_POLICY_REQUEST_CANCEL);
      break;
  }
  switch (options.id_reuse) {
    case wf::IdReuse::AllowDuplicate:
      attributes.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
      break;
    case wf::IdReuse::AllowDuplicateFailedOnly:
      attributes.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY);
      break;
    case wf::IdReuse::RejectDuplicate:
      attributes.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
      break;
  }
  if (options.retry) *attributes.mutable_retry_policy() = options.retry->proto();
  attributes.set_cron_schedule(options.cron);
  for (const auto& [key, value] : options.memo) {
    (*attributes.mutable_memo()->mutable_fields())[key] = value;
  }
  if (!options.attributes.empty()) {
    *attributes.mutable_search_attributes() = options.attributes.proto();
  }
  return command;
}

}  // namespace

ChildMachine::ChildMachine(Commands& commands, std::string id, bool auto_id, std::string_view type,
                           Payloads input, const wf::ChildOptions& options, const wf::Scope& scope,
                           const std::string& space, const std::string& queue,
                           std::source_location where)
    : commands_(commands),
      id_(std::move(id)),
      type_(type),
      space_(space),
      auto_id_(auto_id),
      on_cancel_(options.values().on_cancel),
      state_(State::Commanded),
      started_(new Started) {
  this->where = where;
  if (!join(scope)) {
    state_ = State::Closed;
    settle_failed(Failure::canceled(), RETRY_STATE_UNSPECIFIED);
    return;
  }
  commands_.send(*this, EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED,
                 commands_.recording
                     ? start_command(id_, type_, std::move(input), options.values(), queue)
                     : nullptr);
}

std::string ChildMachine::name() const {
  return "child workflow " + id_ + " (" + type_ + ")";
}

std::string ChildMachine::recorded(const Event& event) {
  const auto& attributes = event.start_child_workflow_execution_initiated_event_attributes();
  state_ = *next_state(ChildTable::kRows, state_, Input::Recorded);
  initiated_ = event.event_id();
  commands_.expect(initiated_, *this);
  std::string differs = difference("type", attributes.workflow_type().name(), type_);
  if (auto_id_ && commands_.ignore_auto_ids) {
    id_ = attributes.workflow_id();
  } else if (differs.empty()) {
    differs = difference("id", attributes.workflow_id(), id_);
  }
  return differs;
}

bool ChildMachine::on(const Event& event) {
  const EventType type = event.event_type();
  const Input input = type == EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED        ? Input::Started
                      : type == EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED ? Input::NotStarted
                                                                                 : Input::Ended;
  const auto next = next_state(ChildTable::kRows, state_, input);
  if (!next) return false;
  state_ = *next;
  if (input == Input::Started) {
    run_id_ =
        event.child_workflow_execution_started_event_attributes().workflow_execution().run_id();
    if (!started_->done()) started_->settle(Payloads());
    if (state_ == State::Canceling) send_cancel();
    return true;
  }
  commands_.forget(initiated_);
  if (cancel_) cancel_->cancel();  // both came with one workflow task: the command is taken back
  if (done()) return true;         // canceled, and the workflow went on
  switch (type) {
    case EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED: {
      const auto cause = event.start_child_workflow_execution_failed_event_attributes().cause();
      settle_failed(
          Failure(
              cause == START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS
                  ? "a workflow with the id '" + id_ + "' is running or may not be started again"
                  : "the child could not be started: " +
                        StartChildWorkflowExecutionFailedCause_Name(cause),
              "ChildNotStarted"),
          RETRY_STATE_NON_RETRYABLE_FAILURE);
      return true;
    }
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED:
      settle(event.child_workflow_execution_completed_event_attributes().result());
      return true;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED: {
      const auto& attributes = event.child_workflow_execution_failed_event_attributes();
      settle_failed(Failure(attributes.failure()), attributes.retry_state());
      return true;
    }
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED:
      settle_failed(Failure::canceled(), RETRY_STATE_CANCEL_REQUESTED);
      return true;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT: {
      Failure::Proto proto;
      proto.set_message("timed out");
      proto.mutable_timeout_failure_info()->set_timeout_type(TIMEOUT_TYPE_START_TO_CLOSE);
      settle_failed(Failure(std::move(proto)), RETRY_STATE_TIMEOUT);
      return true;
    }
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED: {
      Failure::Proto proto;
      proto.set_message("terminated");
      proto.mutable_terminated_failure_info();
      settle_failed(Failure(std::move(proto)), RETRY_STATE_NON_RETRYABLE_FAILURE);
      return true;
    }
    default:
      return false;
  }
}

void ChildMachine::settle_failed(const Failure& cause, int retry_state) {
  Failure::Proto proto;
  proto.set_message(cause.is_canceled() ? "child workflow canceled" : "child workflow failed");
  auto& info = *proto.mutable_child_workflow_execution_failure_info();
  info.set_namespace_(space_);
  info.mutable_workflow_execution()->set_workflow_id(id_);
  info.mutable_workflow_execution()->set_run_id(run_id_);
  info.mutable_workflow_type()->set_name(type_);
  info.set_initiated_event_id(initiated_);
  info.set_retry_state(static_cast<RetryState>(retry_state));
  *proto.mutable_cause() = cause.proto();
  const Failure failure(std::move(proto));
  if (!started_->done()) started_->settle(failure);
  settle(failure);
}

void ChildMachine::send_cancel() {
  cancel_ =
      wf::Ref<CancelMachine>(new CancelMachine(commands_, {id_, "", /*child_only=*/true}, where));
}

void ChildMachine::cancel() {
  const wf::Ref<Future> keep(this);
  if (done()) return;
  const auto next = next_state(ChildTable::kRows, state_, Input::Cancel);
  if (!next) return;  // asked before
  if (state_ == State::Commanded) {
    commands_.withdraw(*this, EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED);
    state_ = *next;
  } else if (on_cancel_ != wf::OnCancel::Abandon) {
    state_ = *next;
    if (state_ == State::Canceling) send_cancel();
    if (on_cancel_ == wf::OnCancel::Wait) return;
  }
  settle_failed(Failure::canceled(), RETRY_STATE_CANCEL_REQUESTED);
}

}  // namespace temporal::replay
