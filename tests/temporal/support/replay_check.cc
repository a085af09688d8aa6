#include "tests/temporal/support/replay_check.h"

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/replay/replayer.h"
#include "temporal/replay/run.h"

namespace temporal::testing {
namespace {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)
using replay::CommandProto;
using replay::Event;
using replay::HistoryProto;

std::string bytes(const google::protobuf::Message& message) {
  return message.DebugString();
}

// What of a command must be in its event, as text; and the same of the event.
std::string text_of(const CommandProto& command, const std::vector<replay::Message>& messages) {
  switch (command.command_type()) {
    case COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK: {
      const auto& a = command.schedule_activity_task_command_attributes();
      return "activity " + a.activity_id() + a.activity_type().name() + bytes(a.input());
    }
    case COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK:
      return "cancel activity " +
             std::to_string(
                 command.request_cancel_activity_task_command_attributes().scheduled_event_id());
    case COMMAND_TYPE_START_TIMER: {
      const auto& a = command.start_timer_command_attributes();
      return "timer " + a.timer_id() + bytes(a.start_to_fire_timeout());
    }
    case COMMAND_TYPE_CANCEL_TIMER:
      return "cancel timer " + command.cancel_timer_command_attributes().timer_id();
    case COMMAND_TYPE_RECORD_MARKER: {
      const auto& a = command.record_marker_command_attributes();
      std::string text = "marker " + a.marker_name();
      for (const char* detail : {"data", "result", "patch-data"}) {
        const auto found = a.details().find(detail);
        if (found != a.details().end()) text += detail + bytes(found->second);
      }
      return text + bytes(a.failure());
    }
    case COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION: {
      const auto& a = command.start_child_workflow_execution_command_attributes();
      return "child " + a.workflow_id() + a.workflow_type().name() + bytes(a.input());
    }
    case COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION: {
      const auto& a = command.signal_external_workflow_execution_command_attributes();
      return "signal " + a.execution().workflow_id() + a.signal_name() + bytes(a.input());
    }
    case COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION:
      return "cancel " +
             command.request_cancel_external_workflow_execution_command_attributes().workflow_id();
    case COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: {
      const auto& a = command.upsert_workflow_search_attributes_command_attributes();
      return "upsert " + std::to_string(a.search_attributes().indexed_fields_size());
    }
    case COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES:
      return "memo";
    case COMMAND_TYPE_PROTOCOL_MESSAGE: {
      const auto& id = command.protocol_message_command_attributes().message_id();
      for (const auto& message : messages) {
        if (message.id() != id) continue;
        api::update::v1::Acceptance acceptance;
        return (message.body().UnpackTo(&acceptance) ? "accept " : "complete ") +
               message.protocol_instance_id();
      }
      return "a message that is not there: " + id;
    }
    case COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION:
      return "complete " + bytes(command.complete_workflow_execution_command_attributes().result());
    case COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION:
      return "fail " + bytes(command.fail_workflow_execution_command_attributes().failure());
    case COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION:
      return "canceled";
    case COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION:
      return "continue " +
             bytes(command.continue_as_new_workflow_execution_command_attributes().input());
    default:
      return command.DebugString();
  }
}

std::string text_of(const Event& event) {
  switch (event.event_type()) {
    case EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: {
      const auto& a = event.activity_task_scheduled_event_attributes();
      return "activity " + a.activity_id() + a.activity_type().name() + bytes(a.input());
    }
    case EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED:
      return "cancel activity " +
             std::to_string(
                 event.activity_task_cancel_requested_event_attributes().scheduled_event_id());
    case EVENT_TYPE_TIMER_STARTED: {
      const auto& a = event.timer_started_event_attributes();
      return "timer " + a.timer_id() + bytes(a.start_to_fire_timeout());
    }
    case EVENT_TYPE_TIMER_CANCELED:
      return "cancel timer " + event.timer_canceled_event_attributes().timer_id();
    case EVENT_TYPE_MARKER_RECORDED: {
      const auto& a = event.marker_recorded_event_attributes();
      std::string text = "marker " + a.marker_name();
      for (const char* detail : {"data", "result", "patch-data"}) {
        const auto found = a.details().find(detail);
        if (found != a.details().end()) text += detail + bytes(found->second);
      }
      return text + bytes(a.failure());
    }
    case EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED: {
      const auto& a = event.start_child_workflow_execution_initiated_event_attributes();
      return "child " + a.workflow_id() + a.workflow_type().name() + bytes(a.input());
    }
    case EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED: {
      const auto& a = event.signal_external_workflow_execution_initiated_event_attributes();
      return "signal " + a.workflow_execution().workflow_id() + a.signal_name() + bytes(a.input());
    }
    case EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
      return "cancel " +
             event.request_cancel_external_workflow_execution_initiated_event_attributes()
                 .workflow_execution()
                 .workflow_id();
    case EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: {
      const auto& a = event.upsert_workflow_search_attributes_event_attributes();
      return "upsert " + std::to_string(a.search_attributes().indexed_fields_size());
    }
    case EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED:
      return "memo";
    case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
      return "accept " +
             event.workflow_execution_update_accepted_event_attributes().protocol_instance_id();
    case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
      return "complete " +
             event.workflow_execution_update_completed_event_attributes().meta().update_id();
    case EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
      return "complete " + bytes(event.workflow_execution_completed_event_attributes().result());
    case EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
      return "fail " + bytes(event.workflow_execution_failed_event_attributes().failure());
    case EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
      return "canceled";
    case EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
      return "continue " +
             bytes(event.workflow_execution_continued_as_new_event_attributes().input());
    default:
      return event.DebugString();
  }
}

replay::Message request_of(const Event& accepted) {
  const auto& a = accepted.workflow_execution_update_accepted_event_attributes();
  replay::Message message;
  message.set_id(a.accepted_request_message_id());
  message.set_protocol_instance_id(a.protocol_instance_id());
  message.set_event_id(a.accepted_request_sequencing_event_id());
  message.mutable_body()->PackFrom(a.accepted_request());
  return message;
}

// A worker takes over at event `started`; `ahead` is what the task became.
std::string take_over(const HistoryProto& history, int started, const std::vector<Event>& ahead,
                      std::int64_t previous_started,
                      const std::shared_ptr<const wf::WorkflowType>& type) {
  auto part = std::make_shared<HistoryProto>();
  for (int i = 0; i <= started; ++i) *part->add_events() = history.events(i);
  std::vector<replay::Message> requests;
  std::deque<replay::LocalActivityEnd> ends;
  std::vector<std::string> expected;
  for (const Event& event : ahead) {
    expected.push_back(text_of(event));
    if (event.event_type() == EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED &&
        event.workflow_execution_update_accepted_event_attributes().has_accepted_request()) {
      requests.push_back(request_of(event));
    }
    if (event.event_type() == EVENT_TYPE_MARKER_RECORDED) {
      if (const auto end = replay::local_activity_end(event)) ends.push_back(*end);
    }
  }
  replay::RunSettings settings;
  const auto& first = history.events(0).workflow_execution_started_event_attributes();
  settings.workflow_id = first.workflow_id();
  settings.run_id = first.original_execution_run_id();
  replay::Run run(type, settings);
  run.begin(previous_started, std::move(requests));
  run.add(part, false);
  run.advance();
  run.to_run();
  while (!run.problem() && !ends.empty()) {
    run.end_local(ends.front());
    ends.pop_front();
    run.advance();
    run.to_run();
  }
  const std::string where = "at event " + std::to_string(started + 1) + ": ";
  if (run.problem()) return where + run.problem()->failure.text();
  const auto messages = run.take_messages();
  std::vector<std::string> given;
  for (const CommandProto* command : run.commands()) given.push_back(text_of(*command, messages));
  if (given == expected) return "";
  std::string text = where + "commands differ\ngiven:\n";
  for (const auto& one : given) text += one + "\n";
  text += "in the history:\n";
  for (const auto& one : expected) text += one + "\n";
  return text;
}

}  // namespace

std::string events_of(const HistoryProto& history) {
  std::string text;
  for (const Event& event : history.events()) {
    text += std::to_string(event.event_id()) + " " + replay::name_of(event.event_type()) + "\n";
  }
  return text;
}

std::string check_replays(const std::shared_ptr<const HistoryProto>& history,
                          const std::shared_ptr<const wf::WorkflowType>& type) {
  replay::Replayer replayer;
  replayer.add(type);
  if (const auto failure = replayer.replay(history)) return "from the start: " + failure->text();
  std::int64_t previous = 0;
  const auto& events = history->events();
  for (int i = 0; i + 1 < events.size(); ++i) {
    if (events[i].event_type() != EVENT_TYPE_WORKFLOW_TASK_STARTED) continue;
    if (events[i + 1].event_type() != EVENT_TYPE_WORKFLOW_TASK_COMPLETED) continue;
    std::vector<Event> ahead;
    for (int j = i + 2; j < events.size() && replay::is_command_event(events[j].event_type());
         ++j) {
      ahead.push_back(events[j]);
    }
    std::string differs = take_over(*history, i, ahead, previous, type);
    if (!differs.empty()) return differs;
    previous = events[i].event_id();
  }
  return "";
}

}  // namespace temporal::testing
