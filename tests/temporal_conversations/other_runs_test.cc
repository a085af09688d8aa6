// Conversations about children, signals and cancellations from run to run, and about runs that
// follow others.
#include "tests/temporal_conversations/conversation.h"

// What is deprecated still comes.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace conversations {
namespace {

using namespace temporal::api::enums::v1;

class OtherRunConversation : public Conversation {
 protected:
  // A parent whose child has started and waits for its first task.
  Task start_both(Command child = start_child("c")) {
    start();
    complete(task(), {std::move(child)});
    until_events(7);
    complete(task());
    return task("child-q");
  }
  static Command with_policy(ParentClosePolicy policy) {
    Command command = start_child("c");
    command.mutable_start_child_workflow_execution_command_attributes()->set_parent_close_policy(
        policy);
    return command;
  }
};

TEST_F(OtherRunConversation, ChildCompletes) {
  Command child = start_child("c");
  auto& attributes = *child.mutable_start_child_workflow_execution_command_attributes();
  attributes.mutable_input()->add_payloads()->set_data("1");
  (*attributes.mutable_header()->mutable_fields())["h"].set_data("2");
  (*attributes.mutable_memo()->mutable_fields())["m"].set_data("\"3\"");
  attributes.set_control("control");
  attributes.mutable_workflow_execution_timeout()->set_seconds(100);
  child.mutable_user_metadata()->mutable_summary()->set_data("\"s\"");
  const Task one = start_both(child);
  describe();
  describe("c");
  Command end = complete_run();
  end.mutable_complete_workflow_execution_command_attributes()
      ->mutable_result()
      ->add_payloads()
      ->set_data("4");
  complete(one, {end});
  until_events(11);
  show();
  show("c");
  describe();
}

TEST_F(OtherRunConversation, ChildFails) {
  complete(start_both(), {fail_run()});
  until_events(11);
  show();
}

TEST_F(OtherRunConversation, ChildIsCanceled) {
  cancel("c");
  const Task one = start_both();
  cancel("c");
  complete(one, {});
  complete(task("child-q"), {cancel_run()});
  until_events(11);
  show();
  show("c");
}

TEST_F(OtherRunConversation, ChildIsTerminated) {
  start_both();
  terminate("c");
  until_events(11);
  show();
}

TEST_F(OtherRunConversation, ChildTimesOut) {
  Command child = start_child("c");
  child.mutable_start_child_workflow_execution_command_attributes()
      ->mutable_workflow_run_timeout()
      ->set_seconds(1);
  start();
  complete(task(), {child});
  until_events(8);
  show();
  show("c");
}

TEST_F(OtherRunConversation, ChildContinuesAsNew) {
  Task one = start_both();
  pass(1500ms);
  complete(one, {continue_as_new()});
  const Task two = task("child-q");
  describe();
  complete(two, {complete_run()});
  until_events(11);
  show();
}

TEST_F(OtherRunConversation, ChildIsThereAlready) {
  start("c");
  start();
  complete(task(), {});
  complete(task(), {start_child("c")});
  until_events(7);
  show();
}

TEST_F(OtherRunConversation, ParentCloseTerminates) {
  start_both();
  signal("s");
  complete(task(), {complete_run()});
  until_events(4, "c");
  show("c");
}

TEST_F(OtherRunConversation, ParentCloseRequestsCancel) {
  start_both(with_policy(PARENT_CLOSE_POLICY_REQUEST_CANCEL));
  signal("s");
  const Task one = task();
  complete(one, {complete_run()});
  pass(1s);
  show("c");
}

TEST_F(OtherRunConversation, ParentCloseAbandons) {
  const Task one = start_both(with_policy(PARENT_CLOSE_POLICY_ABANDON));
  signal("s");
  complete(task(), {complete_run()});
  pass(1s);
  show("c");
  complete(one, {complete_run()});
  pass(500ms);
  show();
}

TEST_F(OtherRunConversation, ParentClosesWithTheStart) {
  start();
  complete(task(), {start_child("c"), complete_run()});
  pass(1s);
  show();
  describe("c");
}

TEST_F(OtherRunConversation, AbandonedChildDoesNotStartAfterItsParent) {
  start();
  complete(task(), {with_policy(PARENT_CLOSE_POLICY_ABANDON), complete_run()});
  no_task("child-q");
  show();
  describe("c");
}

TEST_F(OtherRunConversation, SignalsToOthers) {
  start("other");
  task();
  start();
  Command signal = signal_external("other", "s");
  auto& attributes = *signal.mutable_signal_external_workflow_execution_command_attributes();
  attributes.mutable_input()->add_payloads()->set_data("1");
  attributes.set_control("control");
  (*attributes.mutable_header()->mutable_fields())["h"].set_data("2");
  const Task one = task();
  complete(one, {signal});
  until_events(7);
  complete(task(), {signal_external("nobody", "s")});
  until_events(12);
  complete(task(), {signal_external("w", "s")});
  until_events(17);
  show();
  show("other");
}

TEST_F(OtherRunConversation, SignalToARunThatIsOver) {
  start("other");
  complete(task(), {complete_run()});
  start();
  complete(task(), {signal_external("other", "s")});
  until_events(7);
  complete(task(), {cancel_external("other")});
  until_events(12);
  show();
}

TEST_F(OtherRunConversation, CancellationsOfOthers) {
  start("other");
  task();
  start();
  const Task one = task();
  Command cancel = cancel_external("other");
  auto& attributes =
      *cancel.mutable_request_cancel_external_workflow_execution_command_attributes();
  attributes.set_control("control");
  attributes.set_reason("reason");
  complete(one, {cancel});
  until_events(7);
  complete(task(), {cancel_external("nobody")});
  until_events(12);
  complete(task(), {cancel_external("other")});
  until_events(17);
  complete(task(), {cancel_external("w")});
  until_events(22);
  show();
  show("other");
}

TEST_F(OtherRunConversation, OnlyToChildren) {
  start("other");
  task();
  start();
  const Task one = task();
  Command signal = signal_external("other", "s");
  signal.mutable_signal_external_workflow_execution_command_attributes()->set_child_workflow_only(
      true);
  complete(one, {signal});
  until_events(7);
  Command cancel = cancel_external("other");
  cancel.mutable_request_cancel_external_workflow_execution_command_attributes()
      ->set_child_workflow_only(true);
  complete(task(), {cancel});
  until_events(12);
  show();
}

TEST_F(OtherRunConversation, RunContinuesAsNew) {
  auto request = start_request();
  request.mutable_input()->add_payloads()->set_data("1");
  (*request.mutable_memo()->mutable_fields())["m"].set_data("\"2\"");
  request.mutable_retry_policy()->set_maximum_attempts(3);
  request.mutable_workflow_execution_timeout()->set_seconds(100);
  request.mutable_workflow_run_timeout()->set_seconds(50);
  call<Rpc::StartWorkflowExecution>(request);
  const Task one = task();
  pass(1500ms);
  Command next = continue_as_new();
  auto& attributes = *next.mutable_continue_as_new_workflow_execution_command_attributes();
  attributes.mutable_input()->add_payloads()->set_data("3");
  attributes.mutable_workflow_type()->set_name("Next");
  complete(one, {next});
  show("w", one.workflow_execution().run_id());
  const Task two = task();
  describe();
  describe("w", one.workflow_execution().run_id());
  attributes.mutable_backoff_start_interval()->set_seconds(2);
  attributes.set_initiator(CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE);
  complete(two, {next});
  show();
  describe();
  signal("s");
  cancel();
  show();
  const Task three = task();
  show("w", two.workflow_execution().run_id());
  complete(three, {complete_run()});
}

TEST_F(OtherRunConversation, RunIsRetried) {
  auto request = start_request();
  request.mutable_retry_policy()->set_maximum_attempts(2);
  request.mutable_retry_policy()->add_non_retryable_error_types("Fatal");
  call<Rpc::StartWorkflowExecution>(request);
  const Task one = task();
  complete(one, {fail_run()});
  show("w", one.workflow_execution().run_id());
  show();
  describe();
  const Task two = task();
  complete(two, {fail_run()});
  show();
}

TEST_F(OtherRunConversation, RunIsNotRetried) {
  auto request = start_request();
  request.mutable_retry_policy()->add_non_retryable_error_types("Fatal");
  call<Rpc::StartWorkflowExecution>(request);
  complete(task(), {fail_run("Fatal")});
  show();
}

TEST_F(OtherRunConversation, RunTimesOut) {
  auto request = start_request();
  request.mutable_workflow_run_timeout()->set_seconds(1);
  request.mutable_retry_policy()->set_maximum_attempts(2);
  Reply<Rpc::StartWorkflowExecution> reply;
  call<Rpc::StartWorkflowExecution>(request, &reply);
  task();
  pass(1500ms);
  show("w", reply.run_id());
  show();
}

TEST_F(OtherRunConversation, ExecutionTimesOut) {
  auto request = start_request();
  request.mutable_workflow_execution_timeout()->set_seconds(1);
  request.mutable_retry_policy()->set_maximum_attempts(5);
  call<Rpc::StartWorkflowExecution>(request);
  until_events(3);
  show();
}

TEST_F(OtherRunConversation, StartIsDelayed) {
  auto request = start_request();
  request.mutable_workflow_start_delay()->set_seconds(2);
  call<Rpc::StartWorkflowExecution>(request);
  describe();
  signal("s");
  show();
  task();
}

TEST_F(OtherRunConversation, CronRun) {
  auto request = start_request();
  request.set_cron_schedule("@every 2s");
  call<Rpc::StartWorkflowExecution>(request);
  show();
  Command end = complete_run();
  end.mutable_complete_workflow_execution_command_attributes()
      ->mutable_result()
      ->add_payloads()
      ->set_data("4");
  const Task one = task();
  complete(one, {end});
  show("w", one.workflow_execution().run_id());
  complete(task(), {fail_run()});
  task();
  terminate();
}

}  // namespace
}  // namespace conversations
