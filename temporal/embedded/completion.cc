#include "temporal/embedded/completion.h"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "temporal/embedded/activities.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/children.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/updates.h"

namespace temporal::embedded {

using namespace api::enums::v1;

namespace {

// As the server prints constants: their words, run together.
std::string words_of(const std::string& constant, const char* prefix) {
  std::string name;
  bool upper = true;
  for (const char c : constant.substr(std::strlen(prefix))) {
    const auto byte = static_cast<unsigned char>(c);
    if (c != '_') name += upper ? c : static_cast<char>(std::tolower(byte));
    upper = c == '_';
  }
  return name;
}

}  // namespace

std::string name_of(TaskFailedCause cause) {
  return words_of(WorkflowTaskFailedCause_Name(cause), "WORKFLOW_TASK_FAILED_CAUSE_");
}

std::string name_of(CommandType type) {
  return words_of(CommandType_Name(type), "COMMAND_TYPE_");
}

std::optional<Completion::Failed> Completion::apply() {
  for (const Command& command : request_.commands()) {
    handle(command);
    if (failed_) return failed_;
  }
  // What no command has called up: rejections, and all of a worker that sends no such commands.
  for (const auto& message : request_.messages()) {
    if (taken_messages_.contains(message.id())) continue;
    if (message_failed(apply_update_message(engine_, *run_, message, undo_))) return failed_;
  }
  if (run_->running() && !request_.force_create_new_workflow_task()) {
    reject_unprocessed_updates(engine_, *run_, undo_);
  }
  return std::nullopt;
}

void Completion::handle(const Command& command) {
  command_ = &command;
  switch (command.command_type()) {
    case COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK:
      return schedule_activity(command.schedule_activity_task_command_attributes());
    case COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK:
      return cancel_activity(command.request_cancel_activity_task_command_attributes());
    case COMMAND_TYPE_START_TIMER:
      return start_timer(command.start_timer_command_attributes());
    case COMMAND_TYPE_CANCEL_TIMER:
      return cancel_timer(command.cancel_timer_command_attributes());
    case COMMAND_TYPE_RECORD_MARKER:
      return record_marker(command.record_marker_command_attributes());
    case COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION:
      return complete_run(command.complete_workflow_execution_command_attributes());
    case COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION:
      return fail_run(command.fail_workflow_execution_command_attributes());
    case COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION:
      return cancel_run(command.cancel_workflow_execution_command_attributes());
    case COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION:
      return continue_run(command.continue_as_new_workflow_execution_command_attributes());
    case COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION:
      return start_child(command.start_child_workflow_execution_command_attributes());
    case COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION:
      return signal_external(command.signal_external_workflow_execution_command_attributes());
    case COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION:
      return cancel_external(
          command.request_cancel_external_workflow_execution_command_attributes());
    case COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
      return upsert_search_attributes(
          command.upsert_workflow_search_attributes_command_attributes());
    case COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES:
      return modify_properties(command.modify_workflow_properties_command_attributes());
    case COMMAND_TYPE_PROTOCOL_MESSAGE:
      return protocol_message(command.protocol_message_command_attributes());
    default:
      failed_ = Failed{WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED,
                       "Unknown command type: " + name_of(command.command_type())};
  }
}

HistoryEvent& Completion::add(EventType type) {
  HistoryEvent& event = add_event(engine_, *run_, type);
  if (command_->has_user_metadata()) *event.mutable_user_metadata() = command_->user_metadata();
  return event;
}

bool Completion::bad(bool is_bad, TaskFailedCause cause, const std::string& message) {
  if (!is_bad) return false;
  failed_ = Failed{cause, message.empty() ? name_of(cause) : name_of(cause) + ": " + message};
  return true;
}

bool Completion::refused(bool is_bad, const std::string& message) {
  if (!is_bad) return false;
  failed_ = Failed{WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED, message};
  failed_->refusal = invalid(message);
  return true;
}

bool Completion::bad_attributes(const SearchAttributes& attributes, TaskFailedCause too_big,
                                const std::string& before, const std::string& after) {
  using Kind = AttributeProblem::Kind;
  const auto problem = problem_of(engine_.options(), run_->namespace_name, attributes);
  if (!problem) return false;
  if (problem->kind == Kind::Size) {
    bad(true, too_big, problem->text);
    failed_->terminate = true;
    return true;
  }
  if (problem->kind == Kind::Value && !before.empty()) {
    return refused(true, before + problem->text + after);
  }
  return bad(true, WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES, problem->text);
}

std::string Completion::namespace_id(const std::string& name) {
  const std::string& full = namespace_of(*run_, name);
  if (const Namespace* space = engine_.find_namespace(full)) return space->id;
  failed_ = Failed{WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED, ""};
  failed_->refusal = not_found("Namespace " + full + " is not found.");
  return {};
}

bool Completion::too_big(std::size_t bytes, TaskFailedCause cause, const std::string& message) {
  if (!bad(bytes > kMostBlobBytes, cause, message)) return false;
  failed_->terminate = true;
  return true;
}

bool Completion::too_many(std::size_t pending, TaskFailedCause cause, const char* what) {
  return bad(pending >= kMostPending, cause,
             "the number of pending " + std::string(what) + ", " + std::to_string(pending) +
                 ", has reached the per-workflow limit of " + std::to_string(kMostPending));
}

bool Completion::message_failed(const Status& status) {
  return bad(!status.ok(), WORKFLOW_TASK_FAILED_CAUSE_BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE,
             status.message);
}

void Completion::protocol_message(
    const api::command::v1::ProtocolMessageCommandAttributes& attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE;
  if (bad(!command_->has_protocol_message_command_attributes(), cause,
          "ProtocolMessageCommandAttributes is not set on ProtocolMessageCommand.") ||
      bad(attributes.message_id().empty(), cause,
          "MessageID is not set on ProtocolMessageCommand.")) {
    return;
  }
  const auto& messages = request_.messages();
  const auto found = std::find_if(
      messages.begin(), messages.end(),
      [&](const api::protocol::v1::Message& m) { return m.id() == attributes.message_id(); });
  if (bad(found == messages.end() || !taken_messages_.insert(attributes.message_id()).second, cause,
          "ProtocolMessageCommand referenced absent message ID " + attributes.message_id())) {
    return;
  }
  message_failed(apply_update_message(engine_, *run_, *found, undo_));
}

void Completion::hand_over(CompletedReply& reply) {
  if (!run_->running()) return;
  for (const std::string& id : eager_) {
    const auto found = run_->activity_ids.find(id);
    if (found == run_->activity_ids.end()) continue;  // canceled by the same task
    Activity& activity = run_->activities.at(found->second);
    start_activity(engine_, *run_, activity, request_.identity());
    fill_activity(*run_, activity, *reply.add_activity_tasks());
  }
}

}  // namespace temporal::embedded
