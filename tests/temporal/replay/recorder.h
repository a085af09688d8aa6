// Commands as short text, and as the events that the service makes of them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "temporal/api/command/v1/message.pb.h"
#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/api/history/v1/message.pb.h"
#include "temporal/replay/history.h"
#include "temporal/replay/update.h"

namespace replay_test {

inline std::string data_of(const temporal::Payloads& payloads) {
  return payloads.payloads().empty() ? "" : " " + payloads.payloads(0).data();
}

inline std::string short_of(const temporal::replay::CommandProto& command) {
  using namespace temporal::api::enums::v1;  // NOLINT(google-build-using-namespace)
  switch (command.command_type()) {
    case COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK:
      return "activity " + command.schedule_activity_task_command_attributes().activity_id();
    case COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK:
      return "cancel activity " +
             std::to_string(
                 command.request_cancel_activity_task_command_attributes().scheduled_event_id());
    case COMMAND_TYPE_START_TIMER:
      return "timer " + command.start_timer_command_attributes().timer_id();
    case COMMAND_TYPE_CANCEL_TIMER:
      return "cancel timer " + command.cancel_timer_command_attributes().timer_id();
    case COMMAND_TYPE_RECORD_MARKER:
      return "marker " + command.record_marker_command_attributes().marker_name();
    case COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION:
      return "child " + command.start_child_workflow_execution_command_attributes().workflow_id();
    case COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION:
      return "cancel " +
             command.request_cancel_external_workflow_execution_command_attributes().workflow_id();
    case COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION:
      return "signal " +
             command.signal_external_workflow_execution_command_attributes().signal_name();
    case COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
      return "upsert";
    case COMMAND_TYPE_PROTOCOL_MESSAGE:
      return command.protocol_message_command_attributes().message_id();
    case COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION:
      return "completed" +
             data_of(command.complete_workflow_execution_command_attributes().result());
    case COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION:
      return "failed " + command.fail_workflow_execution_command_attributes().failure().message();
    case COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION:
      return "canceled";
    default:
      return CommandType_Name(command.command_type());
  }
}

// Makes `event`, the last of the history, the event of the command.
inline void record(const temporal::replay::CommandProto& command,
                   const std::vector<temporal::replay::Message>& messages,
                   const temporal::replay::HistoryProto& history, temporal::replay::Event& event) {
  using namespace temporal::api::enums::v1;  // NOLINT(google-build-using-namespace)
  switch (command.command_type()) {
    case COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK: {
      const auto& from = command.schedule_activity_task_command_attributes();
      event.set_event_type(EVENT_TYPE_ACTIVITY_TASK_SCHEDULED);
      auto& to = *event.mutable_activity_task_scheduled_event_attributes();
      to.set_activity_id(from.activity_id());
      *to.mutable_activity_type() = from.activity_type();
      return;
    }
    case COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK:
      event.set_event_type(EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED);
      event.mutable_activity_task_cancel_requested_event_attributes()->set_scheduled_event_id(
          command.request_cancel_activity_task_command_attributes().scheduled_event_id());
      return;
    case COMMAND_TYPE_START_TIMER:
      event.set_event_type(EVENT_TYPE_TIMER_STARTED);
      event.mutable_timer_started_event_attributes()->set_timer_id(
          command.start_timer_command_attributes().timer_id());
      return;
    case COMMAND_TYPE_CANCEL_TIMER: {
      event.set_event_type(EVENT_TYPE_TIMER_CANCELED);
      auto& to = *event.mutable_timer_canceled_event_attributes();
      to.set_timer_id(command.cancel_timer_command_attributes().timer_id());
      for (const auto& other : history.events()) {
        if (other.event_type() == EVENT_TYPE_TIMER_STARTED &&
            other.timer_started_event_attributes().timer_id() == to.timer_id()) {
          to.set_started_event_id(other.event_id());
        }
      }
      return;
    }
    case COMMAND_TYPE_RECORD_MARKER: {
      const auto& from = command.record_marker_command_attributes();
      event.set_event_type(EVENT_TYPE_MARKER_RECORDED);
      auto& to = *event.mutable_marker_recorded_event_attributes();
      to.set_marker_name(from.marker_name());
      *to.mutable_details() = from.details();
      if (from.has_failure()) *to.mutable_failure() = from.failure();
      return;
    }
    case COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION: {
      const auto& from = command.start_child_workflow_execution_command_attributes();
      event.set_event_type(EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED);
      auto& to = *event.mutable_start_child_workflow_execution_initiated_event_attributes();
      to.set_workflow_id(from.workflow_id());
      *to.mutable_workflow_type() = from.workflow_type();
      return;
    }
    case COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION:
      event.set_event_type(EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED);
      event.mutable_request_cancel_external_workflow_execution_initiated_event_attributes()
          ->mutable_workflow_execution()
          ->set_workflow_id(command.request_cancel_external_workflow_execution_command_attributes()
                                .workflow_id());
      return;
    case COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION: {
      const auto& from = command.signal_external_workflow_execution_command_attributes();
      event.set_event_type(EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED);
      auto& to = *event.mutable_signal_external_workflow_execution_initiated_event_attributes();
      to.set_signal_name(from.signal_name());
      *to.mutable_workflow_execution() = from.execution();
      return;
    }
    case COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
      event.set_event_type(EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES);
      *event.mutable_upsert_workflow_search_attributes_event_attributes()
           ->mutable_search_attributes() =
          command.upsert_workflow_search_attributes_command_attributes().search_attributes();
      return;
    case COMMAND_TYPE_PROTOCOL_MESSAGE: {
      const auto& id = command.protocol_message_command_attributes().message_id();
      for (const auto& message : messages) {
        if (message.id() != id) continue;
        temporal::api::update::v1::Acceptance acceptance;
        if (message.body().UnpackTo(&acceptance)) {
          event.set_event_type(EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED);
          auto& to = *event.mutable_workflow_execution_update_accepted_event_attributes();
          to.set_protocol_instance_id(message.protocol_instance_id());
          to.set_accepted_request_message_id(acceptance.accepted_request_message_id());
          to.set_accepted_request_sequencing_event_id(
              acceptance.accepted_request_sequencing_event_id());
          *to.mutable_accepted_request() = acceptance.accepted_request();
        } else {
          event.set_event_type(EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED);
          event.mutable_workflow_execution_update_completed_event_attributes()
              ->mutable_meta()
              ->set_update_id(message.protocol_instance_id());
        }
      }
      return;
    }
    case COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION:
      event.set_event_type(EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED);
      return;
    case COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION:
      event.set_event_type(EVENT_TYPE_WORKFLOW_EXECUTION_FAILED);
      return;
    case COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION:
      event.set_event_type(EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW);
      *event.mutable_workflow_execution_continued_as_new_event_attributes()
           ->mutable_workflow_type() =
          command.continue_as_new_workflow_execution_command_attributes().workflow_type();
      return;
    case COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION:
      event.set_event_type(EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED);
      return;
    default:
      ADD_FAILURE() << "a command that the script does not know: " << short_of(command);
  }
}

}  // namespace replay_test
