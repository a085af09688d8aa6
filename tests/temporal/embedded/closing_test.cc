// How runs end, and which run comes after them.
#include <gtest/gtest.h>

#include "temporal/embedded/cron.h"
#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;
using namespace temporal::api::enums::v1;

TEST(Closing, ATerminationFailsTheTaskThatIsStarted) {
  World world;
  world.start();
  const Task task = world.task();
  world.signal("s");
  EXPECT_TRUE(world.terminate().ok());
  EXPECT_EQ(text_of(world.history(), 4),
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=ForceCloseCommand\n"
            "5 WorkflowExecutionSignaled signal_name=s\n"
            "6 WorkflowExecutionTerminated reason=enough\n");
  EXPECT_EQ(world.complete(task).text(), "NotFound: Workflow task not found.");
  EXPECT_EQ(world.terminate().text(), "NotFound: workflow execution already completed");
  EXPECT_EQ(world.signal("s").text(), "NotFound: workflow execution already completed");
  EXPECT_TRUE(world.cancel().ok());
}

TEST(Closing, ACancellationIsOnlyARequest) {
  World world;
  world.start();
  EXPECT_TRUE(world.cancel().ok());
  EXPECT_TRUE(world.cancel().ok());
  world.complete(world.task(), {cancel_run()});
  EXPECT_EQ(text_of(world.history(), 3),
            "3 WorkflowExecutionCancelRequested\n"
            "4 WorkflowTaskStarted scheduled=2\n"
            "5 WorkflowTaskCompleted scheduled=2 started=4\n"
            "6 WorkflowExecutionCanceled\n");
}

TEST(Closing, ARunTimesOut) {
  World world;
  auto request = start_request();
  request.mutable_workflow_run_timeout()->set_seconds(30);
  world.start(request);
  world.executor.advance(30s);
  EXPECT_EQ(text_of(world.history(), 3),
            "3 WorkflowExecutionTimedOut retry_state=RetryPolicyNotSet\n");
  EXPECT_EQ(world.task().task_token(), "");
}

TEST(Closing, AFailedRunIsTriedAgain) {
  World world;
  auto request = start_request();
  request.mutable_retry_policy()->set_maximum_attempts(2);
  world.start(request);
  world.complete(world.task(), {fail_run()});
  EXPECT_EQ(text_of(world.history(), 2), "") << "the first task waits for the pause";
  world.executor.advance(1s);
  const Task second = world.task();
  EXPECT_EQ(text_of(second.history()),
            "1 WorkflowExecutionStarted attempt=2 workflow_id=w\n"
            "2 WorkflowTaskScheduled\n"
            "3 WorkflowTaskStarted scheduled=2\n");
  const auto& started = second.history().events(0).workflow_execution_started_event_attributes();
  EXPECT_EQ(started.initiator(), CONTINUE_AS_NEW_INITIATOR_RETRY);
  EXPECT_EQ(started.continued_failure().message(), "broken");
  EXPECT_EQ(text_of(world.history("w", started.continued_execution_run_id()), 5),
            "5 WorkflowExecutionFailed retry_state=InProgress\n");
  world.complete(second, {fail_run()});
  EXPECT_EQ(text_of(world.history(), 5),
            "5 WorkflowExecutionFailed retry_state=MaximumAttemptsReached\n");
}

TEST(Closing, ARunContinuesAsNew) {
  World world;
  const std::string first = world.start();
  world.executor.advance(2s);
  world.complete(world.task(), {continue_as_new()});
  const Task next = world.task();
  const auto& started = next.history().events(0).workflow_execution_started_event_attributes();
  EXPECT_EQ(started.continued_execution_run_id(), first);
  EXPECT_EQ(started.first_execution_run_id(), first);
  EXPECT_EQ(started.initiator(), CONTINUE_AS_NEW_INITIATOR_WORKFLOW);
  EXPECT_EQ(text_of(world.history("w", first), 5), "5 WorkflowExecutionContinuedAsNew\n");
}

TEST(Closing, RunsDoNotFollowEachOtherFasterThanASecond) {
  World world;
  world.start();
  world.complete(world.task(), {continue_as_new()});
  EXPECT_EQ(world.task().task_token(), "");
  world.executor.advance(1s);
  EXPECT_NE(world.task().task_token(), "");
}

TEST(Closing, CronStartsTheNextRun) {
  World world;
  auto request = start_request();
  request.set_cron_schedule("@every 1h");
  world.start(request);
  EXPECT_EQ(world.task().task_token(), "");
  world.executor.advance(1h);
  world.complete(world.task(), {complete_run()});
  EXPECT_EQ(text_of(world.history()), "1 WorkflowExecutionStarted workflow_id=w\n");
  world.executor.advance(1h);
  const Task next = world.task();
  EXPECT_EQ(next.history().events(0).workflow_execution_started_event_attributes().initiator(),
            CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE);
}

TEST(Closing, CronKnowsItsFields) {
  World world;
  auto request = start_request();
  request.set_cron_schedule("30 2 * * MON-FRI");  // the clock says Tuesday 2023-11-14 22:13:20
  world.start(request);
  world.executor.advance(4h + 16min + 39s);
  EXPECT_EQ(world.task().task_token(), "");
  world.executor.advance(1s);
  EXPECT_NE(world.task().task_token(), "");
  request.set_workflow_id("x");
  request.set_cron_schedule("every day");
  EXPECT_EQ(world.start(request).code, Code::InvalidArgument);
}

TEST(Closing, CronKnowsTheNextTimeHoweverLateItIs) {
  using temporal::embedded::cron_backoff;
  const temporal::TimePoint started(std::chrono::seconds(1'700'000'000));  // 20 s after a minute
  const auto later = started + 10 * 365 * 24h;  // at a tenth of a second it is to be answered
  EXPECT_EQ(cron_backoff("* * * * *", started, started), 40s);
  EXPECT_EQ(cron_backoff("* * * * *", started, later), 40s);
  EXPECT_EQ(cron_backoff("* * * * *", started, later + 40s), 0s);
  EXPECT_EQ(cron_backoff("* * * * *", started + 40s, started + 40s), 60s);
  EXPECT_EQ(cron_backoff("@every 1h", started, started), 1h);
  EXPECT_EQ(cron_backoff("@every 1h", started, started + 90min), 30min);
  EXPECT_EQ(cron_backoff("@every 1s", started, later + 300ms), 1s) << "in whole seconds";
  EXPECT_EQ(cron_backoff("@every 1500ms", started, started), 1s);
  EXPECT_EQ(cron_backoff("@every 1h0.5m2s3ms", started, started), 1h + 32s);
  EXPECT_EQ(cron_backoff("@every 100ms", started, started), 1s);
  EXPECT_EQ(cron_backoff("@every -5s", started, started), 1s);
  EXPECT_EQ(cron_backoff("@every 5", started, started), std::nullopt);
  EXPECT_EQ(cron_backoff("@every 1d", started, started), std::nullopt);
  EXPECT_EQ(cron_backoff("@every inf", started, started), std::nullopt);
}

TEST(Closing, ADelayedStartWaitsAlsoForSignals) {
  World world;
  auto request = start_request();
  request.mutable_workflow_start_delay()->set_seconds(60);
  world.start(request);
  world.signal("s");
  EXPECT_EQ(world.task().task_token(), "");
  world.executor.advance(60s);
  EXPECT_EQ(text_of(world.task().history()),
            "1 WorkflowExecutionStarted workflow_id=w\n"
            "2 WorkflowExecutionSignaled signal_name=s\n"
            "3 WorkflowTaskScheduled\n"
            "4 WorkflowTaskStarted scheduled=3\n");
}

}  // namespace
