// Conversations in which two things meet.
#include "tests/temporal_conversations/conversation.h"

// What is deprecated still comes.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace conversations {
namespace {

using namespace temporal::api::enums::v1;

class CombinedConversation : public Conversation {
 protected:
  Reply<Rpc::RespondWorkflowTaskCompleted> answer(const Task& task, std::vector<Message> messages,
                                                  std::vector<Command> commands) {
    auto request = completed(task, std::move(commands));
    for (Message& message : messages) *request.add_messages() = std::move(message);
    Reply<Rpc::RespondWorkflowTaskCompleted> reply;
    call<Rpc::RespondWorkflowTaskCompleted>(request, &reply);
    return reply;
  }
  static Message message_of(const Task& task) {
    EXPECT_EQ(task.messages_size(), 1);
    return task.messages_size() == 0 ? Message() : task.messages(0);
  }
};

TEST_F(CombinedConversation, ChildIsRetried) {
  Command child = start_child("c");
  child.mutable_start_child_workflow_execution_command_attributes()
      ->mutable_retry_policy()
      ->set_maximum_attempts(2);
  start();
  complete(task(), {child});
  until_events(7);
  complete(task());
  complete(task("child-q"), {fail_run()});
  complete(task("child-q"), {complete_run()});
  until_events(11);
  show();
  show("c");
}

TEST_F(CombinedConversation, ParentContinuesAsNewWithAChild) {
  const std::string run = start();
  complete(task(), {start_child("c")});
  until_events(7);
  pass(1500ms);
  complete(task(), {continue_as_new()});
  until_events(3, "c");
  show("w", run);
  show("c");
  task();
}

TEST_F(CombinedConversation, ChildIsCanceledByItsParent) {
  start();
  complete(task(), {start_child("c")});
  until_events(7);
  Command cancel = cancel_external("c");
  auto& attributes =
      *cancel.mutable_request_cancel_external_workflow_execution_command_attributes();
  attributes.set_child_workflow_only(true);
  complete(task(), {cancel});
  until_events(12);
  Command signal = signal_external("c", "s");
  signal.mutable_signal_external_workflow_execution_command_attributes()->set_child_workflow_only(
      true);
  complete(task(), {signal});
  until_events(17);
  Command end = cancel_run();
  end.mutable_cancel_workflow_execution_command_attributes()
      ->mutable_details()
      ->add_payloads()
      ->set_data("1");
  complete(task("child-q"), {end});
  until_events(18);
  show();
  show("c");
}

TEST_F(CombinedConversation, ChildMayNotUseAnIdAgain) {
  start("c");
  complete(task(), {complete_run()});
  start();
  Command child = start_child("c");
  child.mutable_start_child_workflow_execution_command_attributes()->set_workflow_id_reuse_policy(
      WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
  complete(task(), {child});
  until_events(7);
  show();
}

TEST_F(CombinedConversation, AttributesAreTakenAway) {
  auto request = start_request();
  auto& size = (*request.mutable_search_attributes()->mutable_indexed_fields())["Size"];
  size.set_data("5");
  (*size.mutable_metadata())["encoding"] = "json/plain";
  (*size.mutable_metadata())["type"] = "Int";
  (*request.mutable_memo()->mutable_fields())["a"].set_data("\"1\"");
  (*request.mutable_memo()->mutable_fields())["b"].set_data("\"2\"");
  call<Rpc::StartWorkflowExecution>(request);
  Command upsert;
  upsert.set_command_type(COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES);
  auto& none = (*upsert.mutable_upsert_workflow_search_attributes_command_attributes()
                     ->mutable_search_attributes()
                     ->mutable_indexed_fields())["Size"];
  (*none.mutable_metadata())["encoding"] = "binary/null";
  (*none.mutable_metadata())["type"] = "Int";
  Command modify;
  modify.set_command_type(COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES);
  auto& memo = *modify.mutable_modify_workflow_properties_command_attributes()
                    ->mutable_upserted_memo()
                    ->mutable_fields();
  (*memo["a"].mutable_metadata())["encoding"] = "binary/null";
  memo["c"].set_data("\"3\"");
  complete(task(), {upsert, modify});
  show();
  describe();
}

TEST_F(CombinedConversation, SignalWithStartAndPolicies) {
  Request<Rpc::SignalWithStartWorkflowExecution> request;
  request.set_namespace_("default");
  request.set_workflow_id("w");
  request.mutable_workflow_type()->set_name("Work");
  request.mutable_task_queue()->set_name("q");
  request.set_signal_name("s");
  request.set_workflow_id_conflict_policy(WORKFLOW_ID_CONFLICT_POLICY_FAIL);
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  request.clear_workflow_id_conflict_policy();
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  request.set_workflow_id_conflict_policy(WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING);
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  show();
  pass(1500ms);
  request.set_workflow_id_conflict_policy(WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING);
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  show();
  request.mutable_workflow_start_delay()->set_seconds(100);
  request.mutable_workflow_run_timeout()->set_seconds(-1);
  call<Rpc::SignalWithStartWorkflowExecution>(request);
}

TEST_F(CombinedConversation, DelayedSignalWithStart) {
  Request<Rpc::SignalWithStartWorkflowExecution> request;
  request.set_namespace_("default");
  request.set_workflow_id("w");
  request.mutable_workflow_type()->set_name("Work");
  request.mutable_task_queue()->set_name("q");
  request.set_signal_name("s");
  request.mutable_workflow_start_delay()->set_seconds(2);
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  show();
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  show();
  task();
}

TEST_F(CombinedConversation, RunCompletesAfterAcceptingAnUpdate) {
  start();
  complete(task());
  const auto pending = update("u");
  const Task one = task();
  answer(one, {accept(message_of(one))}, {protocol_message("u/accept"), start_timer("t", 1s)});
  complete(task(), {complete_run()});
  finish(*pending);
  show();
}

TEST_F(CombinedConversation, RunIsTerminatedAfterAcceptingAnUpdate) {
  start();
  complete(task());
  const auto pending = update("u");
  const Task one = task();
  answer(one, {accept(message_of(one))}, {protocol_message("u/accept")});
  terminate();
  finish(*pending);
  show();
}

TEST_F(CombinedConversation, UpdateMeetsContinueAsNew) {
  start();
  complete(task());
  pass(1500ms);
  signal("s");
  const Task one = task();
  const auto pending = update("u");
  complete(one, {continue_as_new()});
  finish(*pending);
  const auto again = update("u");
  const Task two = task();
  answer(two, {accept(message_of(two)), respond(message_of(two))},
         {protocol_message("u/accept"), protocol_message("u/complete")});
  finish(*again);
  show();
}

TEST_F(CombinedConversation, UpdateMeetsAnEnd) {
  start();
  complete(task());
  signal("s");
  const Task one = task();
  const auto pending = update("u");
  complete(one, {complete_run()});
  finish(*pending);
  show();
}

TEST_F(CombinedConversation, TwoUpdatesInOneTask) {
  start();
  const auto one = update("u");
  const auto two = update("v");
  const Task first = task();
  ASSERT_EQ(first.messages_size(), 2);
  const Message& u = first.messages(0);
  const Message& v = first.messages(1);
  answer(first, {accept(u), respond(u), reject(v)},
         {protocol_message("u/accept"), start_timer("t", 100s), protocol_message("u/complete")});
  finish(*one);
  finish(*two);
  show();
}

TEST_F(CombinedConversation, StickyTaskThatTimesOut) {
  auto request = start_request();
  request.mutable_workflow_task_timeout()->set_seconds(1);
  call<Rpc::StartWorkflowExecution>(request);
  call<Rpc::RespondWorkflowTaskCompleted>(kept(task()));
  const auto early = poll("q-sticky");
  pass(300ms);
  signal("s");
  finish(*early);
  until_events(9);
  show();
  describe();
  fail(task());
  show();
  complete(task());
  show();
}

TEST_F(CombinedConversation, CancelRequestWhileTheTaskIsStarted) {
  start();
  const Task one = task();
  cancel();
  signal("s");
  complete(one, {start_timer("t", 100s)});
  complete(task(), {cancel_timer("t"), cancel_run()});
  show();
}

TEST_F(CombinedConversation, CancelRequestMeetsAnEnd) {
  start();
  const Task one = task();
  cancel();
  complete(one, {complete_run()});
  complete(task(), {complete_run()});
  show();
}

TEST_F(CombinedConversation, TwoQueriesAndATask) {
  start();
  complete(task());
  signal("s");
  const Task one = task();
  const auto first = query();
  complete(one, {start_timer("t", 100s)});
  const auto answer_query = [this](const Task& task) {
    Request<Rpc::RespondQueryTaskCompleted> request;
    request.set_namespace_("default");
    request.set_task_token(task.task_token());
    request.set_completed_type(QUERY_RESULT_TYPE_ANSWERED);
    request.mutable_query_result()->add_payloads()->set_data("5");
    call<Rpc::RespondQueryTaskCompleted>(request);
  };
  answer_query(task());
  finish(*first);
  const auto second = query();
  answer_query(task());
  finish(*second);
}

TEST_F(CombinedConversation, QueryThatFindsATaskScheduled) {
  start();
  complete(task());
  signal("s");
  const auto pending = query();
  const Task one = task();
  note("queries: " + std::to_string(one.queries_size()));
  auto request = completed(one);
  for (const auto& [id, unused] : one.queries()) {
    auto& result = (*request.mutable_query_results())[id];
    result.set_result_type(QUERY_RESULT_TYPE_FAILED);
    result.set_error_message("cannot say");
  }
  call<Rpc::RespondWorkflowTaskCompleted>(request);
  finish(*pending);
  show();
}

TEST_F(CombinedConversation, QueryIsAnsweredByTheTaskThatEndsTheRun) {
  start();
  complete(task());
  signal("s");
  const auto pending = query();
  const Task one = task();
  auto request = completed(one, {complete_run()});
  for (const auto& [id, unused] : one.queries()) {
    auto& result = (*request.mutable_query_results())[id];
    result.set_result_type(QUERY_RESULT_TYPE_ANSWERED);
    result.mutable_answer()->add_payloads()->set_data("7");
  }
  call<Rpc::RespondWorkflowTaskCompleted>(request);
  finish(*pending);
}

TEST_F(CombinedConversation, StickyWorkerTakesAQueryAndDies) {
  start();
  call<Rpc::RespondWorkflowTaskCompleted>(kept(task()));
  const auto taken = poll("q-sticky");
  pass(300ms);
  const auto pending = query();
  finish(*taken);
  const Task other = task();
  Request<Rpc::RespondQueryTaskCompleted> request;
  request.set_namespace_("default");
  request.set_task_token(other.task_token());
  request.set_completed_type(QUERY_RESULT_TYPE_ANSWERED);
  request.mutable_query_result()->add_payloads()->set_data("5");
  call<Rpc::RespondQueryTaskCompleted>(request);
  finish(*pending);
}

TEST_F(CombinedConversation, BackoffOutlivesABadCompletion) {
  start();
  complete(task(), {schedule_activity("a")});
  fail(activity());
  signal("s");
  const Task one = task();
  signal("t");
  complete(one, {cancel_activity(5), complete_run()});
  complete(task());
  activity();
  show();
}

}  // namespace
}  // namespace conversations
