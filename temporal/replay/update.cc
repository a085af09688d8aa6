#include "temporal/replay/update.h"

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/api/history/v1/message.pb.h"
#include "temporal/base/check.h"
#include "temporal/replay/table.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

// Answering can come in the task that accepts, before the event of the acceptance.
enum class UpdateMachine::State {
  Requested,
  AcceptCommanded,
  Accepted,
  BothCommanded,
  CompleteCommanded,
  Closed
};
enum class UpdateMachine::Input { Accept, Reject, AcceptRecorded, Complete, CompleteRecorded };

struct UpdateTable {
  using State = UpdateMachine::State;
  using Input = UpdateMachine::Input;
  static constexpr auto kRows = std::to_array<Transition<State, Input>>({
      {State::Requested, Input::Accept, State::AcceptCommanded},
      {State::Requested, Input::Reject, State::Closed},
      {State::AcceptCommanded, Input::AcceptRecorded, State::Accepted},
      {State::AcceptCommanded, Input::Complete, State::BothCommanded},
      {State::BothCommanded, Input::AcceptRecorded, State::CompleteCommanded},
      {State::Accepted, Input::Complete, State::CompleteCommanded},
      {State::CompleteCommanded, Input::CompleteRecorded, State::Closed},
  });
};

std::optional<UpdateRequest> update_request(const Message& message) {
  UpdateRequest request;
  if (!message.body().UnpackTo(&request.request)) return std::nullopt;
  request.instance = message.protocol_instance_id();
  request.message_id = message.id();
  request.after = message.event_id();
  return request;
}

UpdateMachine::UpdateMachine(Commands& commands, std::vector<Message>& messages,
                             UpdateRequest request)
    : commands_(commands),
      messages_(messages),
      request_(std::move(request)),
      state_(State::Requested) {}

void UpdateMachine::advance(Input input) {
  const auto next = next_state(UpdateTable::kRows, state_, input);
  TEMPORAL_CHECK(next, "an update is accepted or rejected once, and then answered once");
  state_ = *next;
}

std::string UpdateMachine::name() const {
  return "update " + request_.request.input().name() + " (" + request_.instance + ")";
}

void UpdateMachine::send(const google::protobuf::Message& body, const char* suffix,
                         EventType event) {
  std::unique_ptr<CommandProto> command;
  if (commands_.recording) {
    Message& message = messages_.emplace_back();
    message.set_id(request_.instance + suffix);
    message.set_protocol_instance_id(request_.instance);
    message.mutable_body()->PackFrom(body);
    command = std::make_unique<CommandProto>();
    command->set_command_type(COMMAND_TYPE_PROTOCOL_MESSAGE);
    command->mutable_protocol_message_command_attributes()->set_message_id(message.id());
  }
  if (event != EVENT_TYPE_UNSPECIFIED) commands_.send(*this, event, std::move(command));
}

void UpdateMachine::accept() {
  advance(Input::Accept);
  api::update::v1::Acceptance body;
  body.set_accepted_request_message_id(request_.message_id);
  body.set_accepted_request_sequencing_event_id(request_.after);
  *body.mutable_accepted_request() = request_.request;
  send(body, "/accept", EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED);
}

void UpdateMachine::reject(const Failure& why) {
  advance(Input::Reject);
  api::update::v1::Rejection body;
  body.set_rejected_request_message_id(request_.message_id);
  body.set_rejected_request_sequencing_event_id(request_.after);
  *body.mutable_rejected_request() = request_.request;
  *body.mutable_failure() = why.proto();
  send(body, "/reject", EVENT_TYPE_UNSPECIFIED);
}

void UpdateMachine::complete(const Outcome<Payloads>& outcome) {
  advance(Input::Complete);
  api::update::v1::Response body;
  *body.mutable_meta() = request_.request.meta();
  if (outcome.ok()) {
    *body.mutable_outcome()->mutable_success() = outcome.value();
  } else {
    *body.mutable_outcome()->mutable_failure() = outcome.failure().proto();
  }
  send(body, "/complete", EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED);
}

std::string UpdateMachine::recorded(const Event& event) {
  if (event.event_type() == EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED) {
    advance(Input::AcceptRecorded);
    return difference(
        "update",
        event.workflow_execution_update_accepted_event_attributes().protocol_instance_id(),
        request_.instance);
  }
  advance(Input::CompleteRecorded);
  return difference("update",
                    event.workflow_execution_update_completed_event_attributes().meta().update_id(),
                    request_.request.meta().update_id());
}

}  // namespace temporal::replay
