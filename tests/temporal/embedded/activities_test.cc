// Activities that fail, time out, are canceled, or are answered too late.
#include <gtest/gtest.h>

#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;

Command with_attempts(Command command, int attempts) {
  auto& attributes = *command.mutable_schedule_activity_task_command_attributes();
  attributes.mutable_retry_policy()->set_maximum_attempts(attempts);
  return command;
}

Reply<Rpc::RecordActivityTaskHeartbeat> heartbeat(World& world, const ActivityTask& task) {
  Request<Rpc::RecordActivityTaskHeartbeat> request;
  request.set_task_token(task.task_token());
  request.mutable_details()->add_payloads()->set_data("1");
  Reply<Rpc::RecordActivityTaskHeartbeat> reply;
  EXPECT_EQ(world.call<Rpc::RecordActivityTaskHeartbeat>(request, &reply).text(), "Ok");
  return reply;
}

TEST(EmbeddedActivities, AreInTheHistoryAsStartedOnceTheyClose) {
  World world;
  world.start();
  world.complete(world.task(), {schedule_activity("a")});
  const ActivityTask task = world.activity();
  EXPECT_EQ(task.attempt(), 1);
  EXPECT_EQ(world.history().events_size(), 5);
  EXPECT_TRUE(world.complete(task).ok());
  EXPECT_EQ(text_of(world.history(), 5),
            "5 ActivityTaskScheduled activity_id=a\n"
            "6 ActivityTaskStarted scheduled=5\n"
            "7 ActivityTaskCompleted scheduled=5 started=6\n"
            "8 WorkflowTaskScheduled\n");
  EXPECT_EQ(world.complete(task).text(),
            "NotFound: invalid activityID or activity already timed out or invoking workflow is "
            "completed");
}

TEST(EmbeddedActivities, AreTriedAgainAfterAPause) {
  World world;
  world.start();
  world.complete(world.task(), {with_attempts(schedule_activity("a"), 3)});
  const ActivityTask first = world.activity();
  EXPECT_TRUE(world.fail(first).ok());
  EXPECT_EQ(world.activity().task_token(), "");
  world.executor.advance(1s);
  const ActivityTask second = world.activity();
  EXPECT_EQ(second.attempt(), 2);
  EXPECT_NE(world.complete(first).text(), "Ok") << "the token of another attempt";
  world.fail(second);
  world.executor.advance(1s);
  EXPECT_EQ(world.activity().task_token(), "");
  world.executor.advance(1s);
  world.fail(world.activity());
  EXPECT_EQ(text_of(world.history(), 6),
            "6 ActivityTaskStarted scheduled=5 attempt=3\n"
            "7 ActivityTaskFailed scheduled=5 started=6 retry_state=MaximumAttemptsReached\n"
            "8 WorkflowTaskScheduled\n");
}

TEST(EmbeddedActivities, OfATypeThatIsNotRetriedFailAtOnce) {
  World world;
  world.start();
  Command command = schedule_activity("a");
  command.mutable_schedule_activity_task_command_attributes()
      ->mutable_retry_policy()
      ->add_non_retryable_error_types("Fatal");
  world.complete(world.task(), {command});
  world.fail(world.activity(), "Fatal");
  EXPECT_EQ(text_of(world.history(), 7),
            "7 ActivityTaskFailed scheduled=5 started=6 retry_state=NonRetryableFailure\n"
            "8 WorkflowTaskScheduled\n");
}

TEST(EmbeddedActivities, TimeOutInFourWays) {
  const auto end_of = [](const std::function<void(Command&)>& set, bool start) {
    World world;
    world.start();
    Command command = with_attempts(schedule_activity("a", 60s), 1);
    set(command);
    world.complete(world.task(), {command});
    if (start) world.activity();
    world.executor.advance(3s);
    return text_of(world.history(), start ? 7 : 6);
  };
  EXPECT_EQ(end_of(
                [](Command& c) {
                  c.mutable_schedule_activity_task_command_attributes()
                      ->mutable_start_to_close_timeout()
                      ->set_seconds(2);
                },
                true),
            "7 ActivityTaskTimedOut scheduled=5 started=6 retry_state=MaximumAttemptsReached\n"
            "8 WorkflowTaskScheduled\n");
  EXPECT_EQ(end_of(
                [](Command& c) {
                  c.mutable_schedule_activity_task_command_attributes()
                      ->mutable_heartbeat_timeout()
                      ->set_seconds(2);
                },
                true),
            "7 ActivityTaskTimedOut scheduled=5 started=6 retry_state=MaximumAttemptsReached\n"
            "8 WorkflowTaskScheduled\n");
  EXPECT_EQ(end_of(
                [](Command& c) {
                  c.mutable_schedule_activity_task_command_attributes()
                      ->mutable_schedule_to_start_timeout()
                      ->set_seconds(2);
                },
                false),
            "6 ActivityTaskTimedOut scheduled=5 retry_state=NonRetryableFailure\n"
            "7 WorkflowTaskScheduled\n");
  EXPECT_EQ(end_of(
                [](Command& c) {
                  c.mutable_schedule_activity_task_command_attributes()
                      ->mutable_schedule_to_close_timeout()
                      ->set_seconds(2);
                },
                false),
            "6 ActivityTaskTimedOut scheduled=5 retry_state=NonRetryableFailure\n"
            "7 WorkflowTaskScheduled\n");
}

TEST(EmbeddedActivities, LiveOnWhileTheyBeat) {
  World world;
  world.start();
  Command command = schedule_activity("a");
  command.mutable_schedule_activity_task_command_attributes()
      ->mutable_heartbeat_timeout()
      ->set_seconds(2);
  world.complete(world.task(), {command});
  const ActivityTask task = world.activity();
  for (int i = 0; i < 5; ++i) {
    world.executor.advance(1s);
    EXPECT_FALSE(heartbeat(world, task).cancel_requested());
  }
  world.executor.advance(3s);  // missed: tried again after the pause
  const ActivityTask second = world.activity();
  EXPECT_EQ(second.attempt(), 2);
  EXPECT_EQ(second.heartbeat_details().payloads_size(), 1);
}

TEST(EmbeddedActivities, LearnOfTheirCancellationByTheirHeartbeat) {
  World world;
  world.start();
  world.complete(world.task(), {schedule_activity("a")});
  const ActivityTask task = world.activity();
  Request<Rpc::RespondActivityTaskCanceled> canceled;
  canceled.set_task_token(task.task_token());
  EXPECT_EQ(world.call<Rpc::RespondActivityTaskCanceled>(canceled).text(),
            "InvalidArgument: unable to mark activity as canceled without activity being request "
            "canceled first");
  world.signal("s");
  world.complete(world.task(), {cancel_activity(5)});
  EXPECT_TRUE(heartbeat(world, task).cancel_requested());
  EXPECT_TRUE(world.call<Rpc::RespondActivityTaskCanceled>(canceled).ok());
  EXPECT_EQ(text_of(world.history(), 9),
            "9 WorkflowTaskCompleted scheduled=7 started=8\n"
            "10 ActivityTaskCancelRequested scheduled=5\n"
            "11 ActivityTaskStarted scheduled=5\n"
            "12 ActivityTaskCanceled latest_cancel_requested=10 scheduled=5 started=11\n"
            "13 WorkflowTaskScheduled\n");
}

TEST(EmbeddedActivities, ThatNobodyHasTakenAreCanceledAtOnce) {
  World world;
  world.start();
  world.complete(world.task(), {schedule_activity("a")});
  world.signal("s");
  world.complete(world.task(), {cancel_activity(5)});
  EXPECT_EQ(text_of(world.history(), 9),
            "9 WorkflowTaskCompleted scheduled=7 started=8\n"
            "10 ActivityTaskCancelRequested scheduled=5\n"
            "11 ActivityTaskCanceled latest_cancel_requested=10 scheduled=5\n"
            "12 WorkflowTaskScheduled\n");
  EXPECT_EQ(world.activity().task_token(), "");
}

TEST(EmbeddedActivities, MayBeAnsweredByTheirId) {
  World world;
  world.start();
  world.complete(world.task(), {schedule_activity("a")});
  Request<Rpc::RespondActivityTaskCompletedById> request;
  request.set_namespace_("default");
  request.set_workflow_id("w");
  request.set_activity_id("a");
  request.set_activity_id("b");
  EXPECT_EQ(world.call<Rpc::RespondActivityTaskCompletedById>(request).text(),
            "NotFound: cannot find pending activity with ActivityID b, check workflow execution "
            "history for more details");
  request.set_activity_id("a");
  EXPECT_TRUE(world.call<Rpc::RespondActivityTaskCompletedById>(request).ok())
      << "also while nobody has taken it";
  EXPECT_EQ(text_of(world.history(), 6),
            "6 ActivityTaskStarted scheduled=5\n"
            "7 ActivityTaskCompleted scheduled=5 started=6\n"
            "8 WorkflowTaskScheduled\n");
}

TEST(EmbeddedActivities, MayBeHandedToTheWorkerThatSchedulesThem) {
  World world(temporal::embedded::Options().eager_activities(true));
  world.start();
  Command eager = schedule_activity("a");
  eager.mutable_schedule_activity_task_command_attributes()->set_request_eager_execution(true);
  Reply<Rpc::RespondWorkflowTaskCompleted> reply;
  EXPECT_TRUE(world
                  .call<Rpc::RespondWorkflowTaskCompleted>(
                      completed(world.task(), {eager, schedule_activity("b")}), &reply)
                  .ok());
  ASSERT_EQ(reply.activity_tasks_size(), 1);
  EXPECT_EQ(reply.activity_tasks(0).activity_id(), "a");
  EXPECT_EQ(world.activity().activity_id(), "b");
  EXPECT_TRUE(world.complete(reply.activity_tasks(0)).ok());
}

TEST(EmbeddedActivities, WithoutATimeoutFailTheTask) {
  World world;
  world.start();
  EXPECT_EQ(world.complete(world.task(), {schedule_activity("a", 0s)}).text(),
            "InvalidArgument: BadScheduleActivityAttributes: A valid StartToClose or "
            "ScheduleToCloseTimeout is not set on ScheduleActivityTaskCommand. ActivityId=a "
            "ActivityType=Step");
}

}  // namespace
