// Conversations about commands that a service does not accept.
#include <functional>

#include "tests/temporal_conversations/conversation.h"

// What is deprecated still comes.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace conversations {
namespace {

using namespace temporal::api::enums::v1;

class BadCommandConversation : public Conversation {
 protected:
  // On a run of its own each; writes down the answer and what is in the history after the task.
  void refused(const std::vector<Command>& commands) {
    const std::string id = "w" + std::to_string(++count_);
    start(id);
    complete(task(), commands);
    show(id);
    terminate(id);
  }
  static Command of(CommandType type) {
    Command command;
    command.set_command_type(type);
    return command;
  }
  template <class Change>
  static Command with(Command command, const Change& change) {
    change(command);
    return command;
  }
  int count_ = 0;
};

TEST_F(BadCommandConversation, BadActivities) {
  const auto changed = [](const auto& change) {
    return with(schedule_activity("a"), [&](Command& command) {
      change(*command.mutable_schedule_activity_task_command_attributes());
    });
  };
  refused({of(COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK)});
  refused({changed([](auto& a) { a.clear_activity_id(); })});
  refused({changed([](auto& a) { a.clear_activity_type(); })});
  refused({changed([](auto& a) { a.clear_start_to_close_timeout(); })});
  refused({changed([](auto& a) { a.mutable_heartbeat_timeout()->set_seconds(-1); })});
  refused({changed([](auto& a) { a.mutable_retry_policy()->set_backoff_coefficient(0.5); })});
  refused({changed([](auto& a) { a.mutable_retry_policy()->set_maximum_attempts(-1); })});
  refused({changed([](auto& a) { a.set_activity_id(std::string(1001, 'x')); })});
  refused({schedule_activity("a"), schedule_activity("a")});
  refused({cancel_activity(7)});
  refused({of(COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK)});
  refused({cancel_activity(0)});
}

TEST_F(BadCommandConversation, BadTimersAndMarkers) {
  refused({of(COMMAND_TYPE_START_TIMER)});
  refused({start_timer("", 1s)});
  refused({start_timer("t", 0s)});
  refused({start_timer("t", -1s)});
  refused({start_timer("t", 5s), start_timer("t", 6s)});
  refused({cancel_timer("")});
  refused({cancel_timer("t")});
  refused({of(COMMAND_TYPE_CANCEL_TIMER)});
  refused({record_marker("")});
  refused({of(COMMAND_TYPE_RECORD_MARKER)});
}

TEST_F(BadCommandConversation, BadEnds) {
  refused({of(COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION)});
  refused({of(COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION)});
  Command command = of(COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION);
  command.mutable_fail_workflow_execution_command_attributes();
  refused({command});
  refused({of(COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION)});
  refused({of(COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION)});
  refused({complete_run(), start_timer("t", 1s)});
  refused({complete_run(), complete_run()});
  refused({of(COMMAND_TYPE_UNSPECIFIED)});
}

TEST_F(BadCommandConversation, BadChildren) {
  const auto changed = [](const auto& change) {
    return with(start_child("c"), [&](Command& command) {
      change(*command.mutable_start_child_workflow_execution_command_attributes());
    });
  };
  refused({changed([](auto& a) { a.clear_workflow_id(); })});
  refused({changed([](auto& a) { a.clear_workflow_type(); })});
  refused({changed([](auto& a) { a.mutable_workflow_run_timeout()->set_seconds(-1); })});
  refused({changed([](auto& a) { a.set_cron_schedule("nonsense"); })});
  refused({changed([](auto& a) { a.mutable_retry_policy()->set_maximum_attempts(-1); })});
  refused({changed([](auto& a) { a.set_namespace_("nowhere"); })});
}

TEST_F(BadCommandConversation, BadCallsToOtherRuns) {
  refused({of(COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION)});
  refused({signal_external("", "s")});
  refused({signal_external("other", "")});
  refused({of(COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION)});
  refused({cancel_external("")});
  Command command = cancel_external("other");
  command.mutable_request_cancel_external_workflow_execution_command_attributes()->set_run_id("1");
  refused({command});
  command = signal_external("other", "s");
  command.mutable_signal_external_workflow_execution_command_attributes()
      ->mutable_execution()
      ->set_run_id("1");
  refused({command});
  command = signal_external("other", "s");
  command.mutable_signal_external_workflow_execution_command_attributes()->set_namespace_(
      "nowhere");
  refused({command});
}

TEST_F(BadCommandConversation, BadProperties) {
  refused({of(COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES)});
  Command command = of(COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES);
  auto& upsert = *command.mutable_upsert_workflow_search_attributes_command_attributes();
  refused({command});
  upsert.mutable_search_attributes();
  refused({command});
  refused({of(COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES)});
  command = of(COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES);
  auto& modify = *command.mutable_modify_workflow_properties_command_attributes();
  refused({command});
  modify.mutable_upserted_memo();
  refused({command});
}

TEST_F(BadCommandConversation, BadCommandOnASecondAttempt) {
  start();
  fail(task());
  const Task second = task();
  complete(second, {start_timer("", 1s)});
  show();
  describe();
  complete(second);
  show();
}

}  // namespace
}  // namespace conversations
