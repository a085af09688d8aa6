// Commands and messages as a worker sends them.
#pragma once

#include <chrono>
#include <string>

#include "temporal/api/command/v1/message.pb.h"
#include "temporal/api/protocol/v1/message.pb.h"
#include "temporal/api/update/v1/message.pb.h"

namespace embedded_test {

using Command = temporal::api::command::v1::Command;
using Message = temporal::api::protocol::v1::Message;

inline Command complete_run() {
  Command command;
  command.set_command_type(temporal::api::enums::v1::COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION);
  command.mutable_complete_workflow_execution_command_attributes();
  return command;
}

inline Command fail_run(const std::string& type = "Error") {
  Command command;
  command.set_command_type(temporal::api::enums::v1::COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION);
  auto& failure = *command.mutable_fail_workflow_execution_command_attributes()->mutable_failure();
  failure.set_message("broken");
  failure.mutable_application_failure_info()->set_type(type);
  return command;
}

inline Command cancel_run() {
  Command command;
  command.set_command_type(temporal::api::enums::v1::COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION);
  command.mutable_cancel_workflow_execution_command_attributes();
  return command;
}

inline Command continue_as_new() {
  Command command;
  command.set_command_type(
      temporal::api::enums::v1::COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION);
  command.mutable_continue_as_new_workflow_execution_command_attributes();
  return command;
}

inline Command start_timer(const std::string& id, std::chrono::seconds after) {
  Command command;
  command.set_command_type(temporal::api::enums::v1::COMMAND_TYPE_START_TIMER);
  auto& attributes = *command.mutable_start_timer_command_attributes();
  attributes.set_timer_id(id);
  attributes.mutable_start_to_fire_timeout()->set_seconds(after.count());
  return command;
}

inline Command cancel_timer(const std::string& id) {
  Command command;
  command.set_command_type(temporal::api::enums::v1::COMMAND_TYPE_CANCEL_TIMER);
  command.mutable_cancel_timer_command_attributes()->set_timer_id(id);
  return command;
}

inline Command schedule_activity(const std::string& id,
                                 std::chrono::seconds start_to_close = std::chrono::seconds(60)) {
  Command command;
  command.set_command_type(temporal::api::enums::v1::COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK);
  auto& attributes = *command.mutable_schedule_activity_task_command_attributes();
  attributes.set_activity_id(id);
  attributes.mutable_activity_type()->set_name("Step");
  attributes.mutable_task_queue()->set_name("q");
  attributes.mutable_start_to_close_timeout()->set_seconds(start_to_close.count());
  return command;
}

inline Command cancel_activity(std::int64_t scheduled_id) {
  Command command;
  command.set_command_type(temporal::api::enums::v1::COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK);
  command.mutable_request_cancel_activity_task_command_attributes()->set_scheduled_event_id(
      scheduled_id);
  return command;
}

inline Command record_marker(const std::string& name) {
  Command command;
  command.set_command_type(temporal::api::enums::v1::COMMAND_TYPE_RECORD_MARKER);
  command.mutable_record_marker_command_attributes()->set_marker_name(name);
  return command;
}

inline Command start_child(const std::string& id) {
  Command command;
  command.set_command_type(temporal::api::enums::v1::COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION);
  auto& attributes = *command.mutable_start_child_workflow_execution_command_attributes();
  attributes.set_workflow_id(id);
  attributes.mutable_workflow_type()->set_name("Child");
  attributes.mutable_task_queue()->set_name("child-q");
  return command;
}

inline Command signal_external(const std::string& id, const std::string& name) {
  Command command;
  command.set_command_type(
      temporal::api::enums::v1::COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION);
  auto& attributes = *command.mutable_signal_external_workflow_execution_command_attributes();
  attributes.mutable_execution()->set_workflow_id(id);
  attributes.set_signal_name(name);
  return command;
}

inline Command cancel_external(const std::string& id) {
  Command command;
  command.set_command_type(
      temporal::api::enums::v1::COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION);
  command.mutable_request_cancel_external_workflow_execution_command_attributes()->set_workflow_id(
      id);
  return command;
}

inline Command protocol_message(const std::string& message_id) {
  Command command;
  command.set_command_type(temporal::api::enums::v1::COMMAND_TYPE_PROTOCOL_MESSAGE);
  command.mutable_protocol_message_command_attributes()->set_message_id(message_id);
  return command;
}

inline void set_attribute(temporal::api::common::v1::SearchAttributes& attributes,
                          const std::string& name, const std::string& type,
                          const std::string& data) {
  auto& payload = (*attributes.mutable_indexed_fields())[name];
  payload.set_data(data);
  (*payload.mutable_metadata())["encoding"] = "json/plain";
  if (!type.empty()) (*payload.mutable_metadata())["type"] = type;
}

inline Command upsert_attribute(const std::string& name, const std::string& type,
                                const std::string& data) {
  Command command;
  command.set_command_type(
      temporal::api::enums::v1::COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES);
  set_attribute(*command.mutable_upsert_workflow_search_attributes_command_attributes()
                     ->mutable_search_attributes(),
                name, type, data);
  return command;
}

// What a worker says of the update that it was sent with this message.
inline Message accept(const Message& request) {
  temporal::api::update::v1::Acceptance body;
  body.set_accepted_request_message_id(request.id());
  body.set_accepted_request_sequencing_event_id(request.event_id());
  Message message;
  message.set_id(request.protocol_instance_id() + "/accept");
  message.set_protocol_instance_id(request.protocol_instance_id());
  message.mutable_body()->PackFrom(body);
  return message;
}

inline Message respond(const Message& request) {
  temporal::api::update::v1::Response body;
  body.mutable_meta()->set_update_id(request.protocol_instance_id());
  body.mutable_outcome()->mutable_success();
  Message message;
  message.set_id(request.protocol_instance_id() + "/complete");
  message.set_protocol_instance_id(request.protocol_instance_id());
  message.mutable_body()->PackFrom(body);
  return message;
}

inline Message reject(const Message& request) {
  temporal::api::update::v1::Rejection body;
  body.set_rejected_request_message_id(request.id());
  body.mutable_failure()->set_message("no");
  Message message;
  message.set_id(request.protocol_instance_id() + "/reject");
  message.set_protocol_instance_id(request.protocol_instance_id());
  message.mutable_body()->PackFrom(body);
  return message;
}

}  // namespace embedded_test
