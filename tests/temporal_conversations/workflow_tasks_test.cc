// Conversations about workflow tasks: attempts, buffered events, sticky queues.
#include "tests/temporal_conversations/conversation.h"

namespace conversations {
namespace {

using WorkflowTaskConversation = Conversation;

TEST_F(WorkflowTaskConversation, FromStartToEnd) {
  auto request = start_request();
  request.mutable_input()->add_payloads()->set_data("1");
  request.mutable_workflow_execution_timeout()->set_seconds(100);
  request.mutable_workflow_run_timeout()->set_seconds(200);
  request.mutable_retry_policy()->set_maximum_attempts(3);
  (*request.mutable_memo()->mutable_fields())["note"].set_data("\"m\"");
  auto& colour = (*request.mutable_search_attributes()->mutable_indexed_fields())["Colour"];
  colour.set_data("\"red\"");
  (*colour.mutable_metadata())["encoding"] = "json/plain";
  (*colour.mutable_metadata())["type"] = "Keyword";
  (*request.mutable_header()->mutable_fields())["h"].set_data("2");
  request.mutable_user_metadata()->mutable_summary()->set_data("\"s\"");
  request.mutable_priority()->set_priority_key(2);
  call<Rpc::StartWorkflowExecution>(request);
  describe();
  const Task one = task();
  describe();
  auto end = completed(one, {complete_run()});
  end.mutable_commands(0)
      ->mutable_complete_workflow_execution_command_attributes()
      ->mutable_result()
      ->add_payloads()
      ->set_data("3");
  end.mutable_sdk_metadata()->add_lang_used_flags(1);
  end.mutable_sdk_metadata()->set_sdk_name("almanac");
  end.mutable_metering_metadata()->set_nonfirst_local_activity_execution_attempts(2);
  call<Rpc::RespondWorkflowTaskCompleted>(end);
  show();
  describe();
  complete(one);
  signal("late");
  cancel();
  terminate();
}

TEST_F(WorkflowTaskConversation, CommandsThatLeaveEvents) {
  start();
  Command marker = record_marker("m");
  (*marker.mutable_record_marker_command_attributes()->mutable_details())["d"]
      .add_payloads()
      ->set_data("1");
  marker.mutable_record_marker_command_attributes()->mutable_failure()->set_message("f");
  Command upsert;
  upsert.set_command_type(temporal::api::enums::v1::COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES);
  auto& size = (*upsert.mutable_upsert_workflow_search_attributes_command_attributes()
                     ->mutable_search_attributes()
                     ->mutable_indexed_fields())["Size"];
  size.set_data("5");
  (*size.mutable_metadata())["encoding"] = "json/plain";
  (*size.mutable_metadata())["type"] = "Int";
  Command modify;
  modify.set_command_type(temporal::api::enums::v1::COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES);
  auto& memo = (*modify.mutable_modify_workflow_properties_command_attributes()
                     ->mutable_upserted_memo()
                     ->mutable_fields())["k"];
  memo.set_data("\"v\"");
  (*memo.mutable_metadata())["encoding"] = "json/plain";
  Command step = schedule_activity("a");
  step.mutable_user_metadata()->mutable_summary()->set_data("\"s\"");
  Command limited = schedule_activity("b", 0s);
  auto& attributes = *limited.mutable_schedule_activity_task_command_attributes();
  attributes.mutable_schedule_to_close_timeout()->set_seconds(7);
  attributes.mutable_schedule_to_start_timeout()->set_seconds(100);
  attributes.mutable_heartbeat_timeout()->set_seconds(100);
  attributes.mutable_retry_policy()->set_maximum_attempts(1);
  attributes.mutable_retry_policy()->mutable_initial_interval()->set_seconds(3);
  complete(task(),
           {step, limited, start_timer("t", 100s), marker, upsert, modify, cancel_timer("t")});
  show();
  describe();
}

TEST_F(WorkflowTaskConversation, TransientTasks) {
  start();
  const Task first = task();
  fail(first);
  fail(first);
  describe();
  fail(task());
  const Task third = task();
  describe();
  show();
  complete(third);
  show();
}

TEST_F(WorkflowTaskConversation, SignalBeforeATransientTask) {
  start();
  fail(task());
  signal("s");
  const Task second = task();
  fail(second);
  show();
}

TEST_F(WorkflowTaskConversation, SignalDuringATransientTask) {
  start();
  fail(task());
  const Task second = task();
  signal("s");
  show();
  fail(second);
  show();
  const Task third = task();
  signal("t");
  complete(third, {start_timer("x", 100s)});
  show();
}

TEST_F(WorkflowTaskConversation, TaskThatTimesOut) {
  auto request = start_request();
  request.mutable_workflow_task_timeout()->set_seconds(1);
  call<Rpc::StartWorkflowExecution>(request);
  const Task late = task();
  until_events(4);
  show();
  const Task second = task();
  complete(late, {complete_run()});
  pass(1500ms);
  const Task third = task();
  complete(second, {complete_run()});
  complete(third, {complete_run()});
  show();
}

TEST_F(WorkflowTaskConversation, BufferedEventsAreReordered) {
  start();
  Command other = schedule_activity("b");
  other.mutable_schedule_activity_task_command_attributes()->mutable_task_queue()->set_name("q2");
  complete(task(), {schedule_activity("a"), other, start_timer("t", 1s)});
  signal("first");
  const Task started = task();
  complete(activity());
  signal("second");
  fail(activity("q2"));
  pass(1500ms);
  cancel();
  show();
  complete(started);
  show();
  task();
}

TEST_F(WorkflowTaskConversation, BufferedEventsWhenTheTaskFails) {
  start();
  complete(task(), {schedule_activity("a")});
  signal("first");
  const Task started = task();
  complete(activity());
  signal("second");
  fail(started);
  show();
  const Task next = task();
  signal("third");
  terminate();
  show();
  complete(next);
}

TEST_F(WorkflowTaskConversation, UnhandledCommand) {
  start();
  const Task one = task();
  signal("s");
  complete(one, {start_timer("t", 100s), complete_run()});
  show();
  const Task two = task();
  signal("t");  // the run is about to close
  complete(two, {fail_run()});
  show();
}

TEST_F(WorkflowTaskConversation, TimerThatIsCanceledWhileItsFiringIsBuffered) {
  start();
  complete(task(), {start_timer("t", 1s)});
  signal("s");
  const Task one = task();
  pass(1500ms);
  complete(one, {cancel_timer("t"), complete_run()});
  show();
}

TEST_F(WorkflowTaskConversation, StickyQueue) {
  start();
  call<Rpc::RespondWorkflowTaskCompleted>(kept(task(), {start_timer("t", 100s)}));
  const auto early = poll("q-sticky");
  pass(300ms);
  signal("s");
  Task one;
  finish(*early, &one);
  call<Rpc::RespondWorkflowTaskCompleted>(kept(one));
  signal("t");
  describe();
  const Task two = task();  // after five seconds, on the normal queue
  show();
  complete(two);
  signal("u");
  task();
}

TEST_F(WorkflowTaskConversation, FailureOnAStickyQueue) {
  start();
  call<Rpc::RespondWorkflowTaskCompleted>(kept(task()));
  const auto early = poll("q-sticky");
  pass(300ms);
  signal("s");
  Task one;
  finish(*early, &one);
  fail(one);
  show();
  const Task two = task();
  fail(two);
  const Task three = task();
  complete(three);
  show();
}

TEST_F(WorkflowTaskConversation, StickyQueueWithoutAWorker) {
  start();
  call<Rpc::RespondWorkflowTaskCompleted>(kept(task()));
  signal("s");
  task();
}

TEST_F(WorkflowTaskConversation, StickyQueueIsReset) {
  start();
  call<Rpc::RespondWorkflowTaskCompleted>(kept(task()));
  Request<Rpc::ResetStickyTaskQueue> reset;
  reset.set_namespace_("default");
  reset.mutable_execution()->set_workflow_id("w");
  call<Rpc::ResetStickyTaskQueue>(reset);
  signal("s");
  task();
  terminate();
  call<Rpc::ResetStickyTaskQueue>(reset);
}

TEST_F(WorkflowTaskConversation, WorkerShutsDown) {
  start();
  call<Rpc::RespondWorkflowTaskCompleted>(kept(task()));
  const auto early = poll("q-sticky");
  pass(300ms);
  Request<Rpc::ShutdownWorker> shutdown;
  shutdown.set_namespace_("default");
  shutdown.set_sticky_task_queue("q-sticky");
  shutdown.set_identity("worker");
  shutdown.set_reason("test");
  call<Rpc::ShutdownWorker>(shutdown);
  finish(*early);
  signal("s");
  task();
}

TEST_F(WorkflowTaskConversation, TasksAreHandedOn) {
  start();
  auto request = kept(task());
  request.set_return_new_workflow_task(true);
  request.set_force_create_new_workflow_task(true);
  Reply<Rpc::RespondWorkflowTaskCompleted> reply;
  call<Rpc::RespondWorkflowTaskCompleted>(request, &reply);
  signal("s");
  request = kept(reply.workflow_task(), {record_marker("m")});
  request.set_return_new_workflow_task(true);
  call<Rpc::RespondWorkflowTaskCompleted>(request, &reply);
  request = kept(reply.workflow_task());
  request.set_return_new_workflow_task(true);
  call<Rpc::RespondWorkflowTaskCompleted>(request, &reply);
  show();
}

TEST_F(WorkflowTaskConversation, NewTaskWithoutSticky) {
  start();
  auto request = completed(task(), {record_marker("m")});
  request.set_return_new_workflow_task(true);
  request.set_force_create_new_workflow_task(true);
  Reply<Rpc::RespondWorkflowTaskCompleted> reply;
  call<Rpc::RespondWorkflowTaskCompleted>(request, &reply);
  request = completed(reply.workflow_task());
  request.set_force_create_new_workflow_task(true);
  call<Rpc::RespondWorkflowTaskCompleted>(request);
  task();
  show();
}

}  // namespace
}  // namespace conversations
