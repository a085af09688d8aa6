// Workers that keep a run, lose it, and go away.
#include <gtest/gtest.h>

#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;

Ended keep(World& world, const Task& task, std::vector<Command> commands = {}) {
  return world.call<Rpc::RespondWorkflowTaskCompleted>(kept(task, std::move(commands)));
}

TEST(StickyQueues, SendOnlyWhatIsNew) {
  World world;
  world.start();
  world.sticky_task();  // the worker is there
  keep(world, world.task());
  world.signal("s");
  const Task task = world.sticky_task();
  EXPECT_EQ(task.previous_started_event_id(), 3);
  EXPECT_EQ(task.started_event_id(), 7);
  EXPECT_EQ(text_of(task.history()),
            "4 WorkflowTaskCompleted scheduled=2 started=3\n"
            "5 WorkflowExecutionSignaled signal_name=s\n"
            "6 WorkflowTaskScheduled\n"
            "7 WorkflowTaskStarted scheduled=6\n");
}

TEST(StickyQueues, WhoseTaskNobodyTakesLoseIt) {
  World world;
  world.start();
  world.sticky_task();
  keep(world, world.task());
  world.signal("s");
  world.executor.advance(5s);
  EXPECT_EQ(text_of(world.history(), 6),
            "6 WorkflowTaskScheduled\n"
            "7 WorkflowTaskTimedOut scheduled=6 timeout_type=ScheduleToStart\n"
            "8 WorkflowTaskScheduled\n");
  const Task task = world.task();
  EXPECT_EQ(task.history().events_size(), 9) << "the whole history";
  EXPECT_EQ(task.attempt(), 1);
}

TEST(StickyQueues, ThatNobodyPollsAreNotUsed) {
  World world;
  world.start();
  world.sticky_task();
  keep(world, world.task());
  world.executor.advance(11s);
  world.signal("s");
  const Task task = world.task();
  EXPECT_EQ(task.history().events_size(), 7);
  EXPECT_EQ(task.history().events(5).workflow_task_scheduled_event_attributes().task_queue().name(),
            "q-sticky")
      << "the server looks for the worker only after the event is written";
}

TEST(StickyQueues, OfAWorkerThatShutsDownAreLeftAtOnce) {
  World world;
  world.start();
  const auto poll = world.poll("q-sticky");
  keep(world, world.task());
  Request<Rpc::ShutdownWorker> request;
  request.set_namespace_("default");
  request.set_sticky_task_queue("q-sticky");
  EXPECT_TRUE(world.call<Rpc::ShutdownWorker>(request).ok());
  ASSERT_TRUE(poll->status);
  EXPECT_EQ(poll->reply.task_token(), "");
  world.signal("s");
  EXPECT_EQ(world.task().history().events_size(), 7);
}

TEST(StickyQueues, AreGivenUpWhenTheirTaskFails) {
  World world;
  world.start();
  world.sticky_task();
  keep(world, world.task());
  world.signal("s");
  world.fail(world.sticky_task());
  const Task again = world.task();
  EXPECT_EQ(again.attempt(), 1) << "the first failure on a sticky queue does not count";
  EXPECT_EQ(text_of(again.history(), 8),
            "8 WorkflowTaskFailed scheduled=6 started=7 cause=WorkflowWorkerUnhandledFailure\n"
            "9 WorkflowTaskScheduled\n"
            "10 WorkflowTaskStarted scheduled=9\n");
}

TEST(StickyQueues, AreForgottenWhenTheyAreReset) {
  World world;
  world.start();
  world.sticky_task();
  keep(world, world.task());
  Request<Rpc::ResetStickyTaskQueue> request;
  request.set_namespace_("default");
  request.mutable_execution()->set_workflow_id("w");
  EXPECT_TRUE(world.call<Rpc::ResetStickyTaskQueue>(request).ok());
  world.signal("s");
  EXPECT_EQ(world.task().history().events_size(), 7);
}

}  // namespace
