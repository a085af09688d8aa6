// Conversations about activities: attempts, timeouts, heartbeats, cancellation.
#include "tests/temporal_conversations/conversation.h"

namespace conversations {
namespace {

class ActivityConversation : public Conversation {
 protected:
  using Attributes = temporal::api::command::v1::ScheduleActivityTaskCommandAttributes;
  template <class Change>
  void schedule(const Change& change) {
    start();
    Command command = schedule_activity("a");
    auto& attributes = *command.mutable_schedule_activity_task_command_attributes();
    attributes.mutable_input()->add_payloads()->set_data("1");
    (*attributes.mutable_header()->mutable_fields())["h"].set_data("2");
    change(attributes);
    complete(task(), {command});
  }
  void schedule() {
    schedule([](Attributes&) {});
  }
  Reply<Rpc::RecordActivityTaskHeartbeat> heartbeat(const ActivityTask& task) {
    Request<Rpc::RecordActivityTaskHeartbeat> request;
    request.set_namespace_("default");
    request.set_task_token(task.task_token());
    request.set_identity("worker");
    request.mutable_details()->add_payloads()->set_data("7");
    Reply<Rpc::RecordActivityTaskHeartbeat> reply;
    call<Rpc::RecordActivityTaskHeartbeat>(request, &reply);
    return reply;
  }
  void cancel_it(const ActivityTask& task) {
    Request<Rpc::RespondActivityTaskCanceled> request;
    request.set_namespace_("default");
    request.set_task_token(task.task_token());
    request.set_identity("worker");
    request.mutable_details()->add_payloads()->set_data("8");
    call<Rpc::RespondActivityTaskCanceled>(request);
  }
};

TEST_F(ActivityConversation, ActivityCompletes) {
  schedule();
  describe();
  const ActivityTask one = activity();
  describe();
  show();
  complete(one);
  show();
  complete(one);
  fail(one);
  heartbeat(one);
}

TEST_F(ActivityConversation, ActivityIsRetried) {
  schedule([](Attributes& a) { a.mutable_retry_policy()->set_maximum_attempts(3); });
  const ActivityTask one = activity();
  heartbeat(one);
  fail(one);
  describe();
  fail(one);
  const ActivityTask two = activity();
  describe();
  complete(one);
  Request<Rpc::RespondActivityTaskFailed> request;
  request.set_namespace_("default");
  request.set_task_token(two.task_token());
  request.set_identity("worker2");
  request.mutable_failure()->set_message("later");
  request.mutable_failure()
      ->mutable_application_failure_info()
      ->mutable_next_retry_delay()
      ->set_nanos(500'000'000);
  request.mutable_last_heartbeat_details()->add_payloads()->set_data("9");
  call<Rpc::RespondActivityTaskFailed>(request);
  fail(activity());
  show();
}

TEST_F(ActivityConversation, ActivityFailsForGood) {
  schedule([](Attributes& a) { a.mutable_retry_policy()->add_non_retryable_error_types("Fatal"); });
  fail(activity(), "Fatal");
  show();
  Request<Rpc::RespondWorkflowTaskCompleted> next = completed(task(), {schedule_activity("b")});
  call<Rpc::RespondWorkflowTaskCompleted>(next);
  const ActivityTask second = activity();
  Request<Rpc::RespondActivityTaskFailed> request;
  request.set_namespace_("default");
  request.set_task_token(second.task_token());
  request.mutable_failure()->set_message("no");
  request.mutable_failure()->mutable_application_failure_info()->set_non_retryable(true);
  call<Rpc::RespondActivityTaskFailed>(request);
  // Not together with the second: the service may give out either first.
  next = completed(task(), {schedule_activity("c")});
  call<Rpc::RespondWorkflowTaskCompleted>(next);
  const ActivityTask last = activity();
  request.set_task_token(last.task_token());
  request.mutable_failure()->clear_application_failure_info();
  call<Rpc::RespondActivityTaskFailed>(request);
  request.clear_failure();
  call<Rpc::RespondActivityTaskFailed>(request);
  show();
}

TEST_F(ActivityConversation, ActivityTakesTooLong) {
  schedule([](Attributes& a) {
    a.mutable_start_to_close_timeout()->set_seconds(1);
    a.mutable_retry_policy()->set_maximum_attempts(2);
  });
  heartbeat(activity());
  pass(1200ms);
  describe();
  const ActivityTask second = activity();
  until_events(7);
  show();
  complete(second);
}

TEST_F(ActivityConversation, ActivityIsNotStarted) {
  schedule([](Attributes& a) { a.mutable_schedule_to_start_timeout()->set_seconds(1); });
  until_events(6);
  show();
}

TEST_F(ActivityConversation, ActivityIsNotClosedInTime) {
  schedule([](Attributes& a) {
    a.mutable_schedule_to_close_timeout()->set_seconds(2);
    a.mutable_retry_policy()->mutable_initial_interval()->set_seconds(1);
  });
  fail(activity());
  const ActivityTask second = activity();
  until_events(7);
  show();
  complete(second);
}

TEST_F(ActivityConversation, ActivityHasNoTimeForAnotherAttempt) {
  schedule([](Attributes& a) {
    a.mutable_schedule_to_close_timeout()->set_seconds(3);
    a.mutable_retry_policy()->mutable_initial_interval()->set_seconds(5);
  });
  fail(activity());
  show();
}

TEST_F(ActivityConversation, AttemptTimesOutWithNoTimeForAnother) {
  schedule([](Attributes& a) {
    a.mutable_schedule_to_close_timeout()->set_seconds(3);
    a.mutable_start_to_close_timeout()->set_seconds(1);
    a.mutable_retry_policy()->mutable_initial_interval()->set_seconds(5);
  });
  activity();
  until_events(7);
  show();
}

TEST_F(ActivityConversation, ActivityMissesAHeartbeat) {
  schedule([](Attributes& a) {
    a.mutable_heartbeat_timeout()->set_seconds(1);
    a.mutable_retry_policy()->set_maximum_attempts(1);
  });
  const ActivityTask one = activity();
  heartbeat(one);
  until_events(7);
  show();
  heartbeat(one);
}

TEST_F(ActivityConversation, ActivityIsCanceled) {
  schedule();
  const ActivityTask one = activity();
  cancel_it(one);
  signal("s");
  complete(task(), {cancel_activity(5)});
  describe();
  heartbeat(one);
  cancel_it(one);
  show();
}

TEST_F(ActivityConversation, CanceledActivityFails) {
  schedule();
  const ActivityTask one = activity();
  signal("s");
  complete(task(), {cancel_activity(5)});
  fail(one);
  show();
}

TEST_F(ActivityConversation, CanceledTwiceInOneTask) {
  schedule();
  activity();
  signal("s");
  complete(task(), {cancel_activity(5), cancel_activity(5)});
  show();
}

TEST_F(ActivityConversation, CanceledBeforeItStarts) {
  schedule();
  signal("s");
  complete(task(), {cancel_activity(5)});
  show();
  task();
  no_activity();
}

TEST_F(ActivityConversation, ScheduledAndCanceledAtOnce) {
  start();
  complete(task(), {schedule_activity("a"), cancel_activity(5)});
  show();
}

TEST_F(ActivityConversation, CanceledWhileItBacksOff) {
  schedule([](Attributes& a) {
    a.mutable_retry_policy()->mutable_initial_interval()->set_seconds(100);
    a.mutable_retry_policy()->mutable_maximum_interval()->set_seconds(100);
  });
  fail(activity());
  signal("s");
  complete(task(), {cancel_activity(5)});
  show();
}

TEST_F(ActivityConversation, AnsweredByItsId) {
  schedule();
  Request<Rpc::RespondActivityTaskCompletedById> request;
  request.set_namespace_("default");
  request.set_workflow_id("w");
  request.set_activity_id("a");
  request.set_activity_id("b");
  call<Rpc::RespondActivityTaskCompletedById>(request);
  request.set_activity_id("");
  call<Rpc::RespondActivityTaskCompletedById>(request);
  Request<Rpc::RecordActivityTaskHeartbeatById> beat;
  beat.set_namespace_("default");
  beat.set_workflow_id("w");
  beat.set_activity_id("a");
  call<Rpc::RecordActivityTaskHeartbeatById>(beat);
  activity();
  call<Rpc::RecordActivityTaskHeartbeatById>(beat);
  request.set_activity_id("a");
  request.set_identity("somebody");
  call<Rpc::RespondActivityTaskCompletedById>(request);
  show();
  call<Rpc::RespondActivityTaskCompletedById>(request);
  request.set_workflow_id("unknown");
  call<Rpc::RespondActivityTaskCompletedById>(request);
}

TEST_F(ActivityConversation, AnsweredByItsIdBeforeItStarts) {
  schedule();
  Request<Rpc::RespondActivityTaskCompletedById> request;
  request.set_namespace_("default");
  request.set_workflow_id("w");
  request.set_activity_id("a");
  request.set_identity("somebody");
  call<Rpc::RespondActivityTaskCompletedById>(request);
  show();
  no_activity();
  complete(task(), {schedule_activity("b")});
  Request<Rpc::RespondActivityTaskFailedById> failed;
  failed.set_namespace_("default");
  failed.set_workflow_id("w");
  failed.set_activity_id("b");
  failed.mutable_failure()->set_message("no");
  failed.mutable_failure()->mutable_application_failure_info();
  call<Rpc::RespondActivityTaskFailedById>(failed);
  describe();
  Request<Rpc::RespondActivityTaskCanceledById> canceled;
  canceled.set_namespace_("default");
  canceled.set_workflow_id("w");
  canceled.set_activity_id("b");
  call<Rpc::RespondActivityTaskCanceledById>(canceled);
  show();
}

TEST_F(ActivityConversation, OfARunThatIsOver) {
  schedule();
  const ActivityTask one = activity();
  terminate();
  complete(one);
  heartbeat(one);
  cancel_it(one);
  fail(one);
  describe();
}

TEST_F(ActivityConversation, BadTokens) {
  Request<Rpc::RespondActivityTaskCompleted> request;
  request.set_namespace_("default");
  call<Rpc::RespondActivityTaskCompleted>(request);
  request.set_task_token("nonsense");
  call<Rpc::RespondActivityTaskCompleted>(request);
  Request<Rpc::RespondWorkflowTaskCompleted> task;
  task.set_namespace_("default");
  call<Rpc::RespondWorkflowTaskCompleted>(task);
  task.set_task_token("nonsense");
  call<Rpc::RespondWorkflowTaskCompleted>(task);
  Request<Rpc::RespondQueryTaskCompleted> query;
  query.set_namespace_("default");
  query.set_task_token("nonsense");
  call<Rpc::RespondQueryTaskCompleted>(query);
}

}  // namespace
}  // namespace conversations
