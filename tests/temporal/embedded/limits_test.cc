// What is too much, too long, or too big.
#include <gtest/gtest.h>

#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;

TEST(Limits, ABlobThatIsTooBigEndsTheRun) {
  World world;
  world.start();
  Command command = schedule_activity("a");
  command.mutable_schedule_activity_task_command_attributes()
      ->mutable_input()
      ->add_payloads()
      ->set_data(std::string((2 << 20) + 1, 'x'));
  EXPECT_EQ(world.complete(world.task(), {command}).text(),
            "InvalidArgument: BadScheduleActivityAttributes: ScheduleActivityTaskCommandAttributes"
            ".Input exceeds size limit.");
  EXPECT_EQ(text_of(world.history(), 4),
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=BadScheduleActivityAttributes\n"
            "5 WorkflowExecutionTerminated reason=BadScheduleActivityAttributes: "
            "ScheduleActivityTaskCommandAttributes.Input exceeds size limit.\n");
}

TEST(Limits, TwoThousandActivitiesMayBePending) {
  World world;
  world.start();
  std::vector<Command> commands;
  for (int i = 0; i < 2000; ++i) commands.push_back(schedule_activity(std::to_string(i)));
  EXPECT_TRUE(world.complete(world.task(), commands).ok());
  world.signal("s");
  EXPECT_EQ(world.complete(world.task(), {schedule_activity("more")}).text(),
            "InvalidArgument: PendingActivitiesLimitExceeded: the number of pending activities, "
            "2000, has reached the per-workflow limit of 2000");
}

TEST(Limits, IdsAreAtMostAThousandBytes) {
  World world;
  EXPECT_EQ(world.start(start_request(std::string(1001, 'w'))).text(),
            "InvalidArgument: WorkflowId length exceeds limit.");
  world.start();
  EXPECT_EQ(world.complete(world.task(), {start_timer(std::string(1001, 't'), 1s)}).code,
            Code::InvalidArgument);
}

TEST(Limits, AResultThatIsTooBigFailsTheActivity) {
  World world;
  world.start();
  world.complete(world.task(), {schedule_activity("a")});
  Request<Rpc::RespondActivityTaskCompleted> request;
  request.set_task_token(world.activity().task_token());
  request.mutable_result()->add_payloads()->set_data(std::string((2 << 20) + 1, 'x'));
  EXPECT_TRUE(world.call<Rpc::RespondActivityTaskCompleted>(request).ok());
  EXPECT_EQ(text_of(world.history(), 7),
            "7 ActivityTaskFailed scheduled=5 started=6 retry_state=NonRetryableFailure\n"
            "8 WorkflowTaskScheduled\n");
}

// The task that is given to the poll is one too many. What else comes to the poll's queue by that,
// the query, may not take the poll from under it.
TEST(Limits, APollTakesTheQueryOfARunThatItsTaskHasEnded) {
  for (const bool poll_first : {true, false}) {
    World world;
    world.start();
    for (int i = 0; i < 11; ++i) {
      const std::vector<Command> markers(i < 10 ? 5000 : 1154, record_marker("m"));
      world.complete(world.task(), markers);
      if (i < 10) world.signal("s");
    }
    auto poll = poll_first ? world.poll() : nullptr;
    std::optional<Status> signaled, answered;
    temporal::service::call<Rpc::SignalWorkflowExecution>(
        *world.service, signal_request("s", "w"), 60s,
        [&](Status status, auto) { signaled = std::move(status); });
    temporal::service::call<Rpc::QueryWorkflow>(
        *world.service, query_request("w"), 60s,
        [&](Status status, auto) { answered = std::move(status); });
    world.executor.drain();
    if (!poll_first) poll = world.poll();
    ASSERT_TRUE(signaled && signaled->ok());
    ASSERT_TRUE(poll->status);
    EXPECT_EQ(poll->reply.query().query_type(), "state");
    EXPECT_EQ(poll->reply.started_event_id(), 0);
    EXPECT_FALSE(answered);
    const History all = world.history();
    EXPECT_EQ(text_of(all, all.events_size()),
              "51201 WorkflowExecutionTerminated reason=Workflow history count exceeds limit.\n");
    poll->cancel();
  }
}

TEST(Limits, ALongHistorySuggestsToContinueAsNewAndEndsAtLast) {
  World world;
  world.start();
  const auto markers = [](int count) { return std::vector<Command>(count, record_marker("m")); };
  const auto suggested = [&](const Task& task) {
    return world.history()
        .events(static_cast<int>(task.started_event_id()) - 1)
        .workflow_task_started_event_attributes()
        .suggest_continue_as_new();
  };
  world.complete(world.task(), markers(4080));
  world.signal("s");
  Task task = world.task();
  EXPECT_FALSE(suggested(task));
  world.complete(task, markers(10));
  world.signal("s");
  task = world.task();
  EXPECT_TRUE(suggested(task));
  for (int i = 0; i < 10; ++i) {
    world.complete(task, markers(5000));
    world.signal("s");
    task = world.task();
  }
  const History all = world.history();
  EXPECT_EQ(text_of(all, all.events_size()),
            std::to_string(all.events_size()) +
                " WorkflowExecutionTerminated reason=Workflow history count exceeds limit.\n");
}

}  // namespace
