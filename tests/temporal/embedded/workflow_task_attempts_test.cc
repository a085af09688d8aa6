// Workflow tasks that fail, time out, or are completed too late.
#include <gtest/gtest.h>

#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;

TEST(WorkflowTasks, RunFromStartToEnd) {
  World world;
  world.start();
  const Task task = world.task();
  EXPECT_EQ(task.started_event_id(), 3);
  EXPECT_EQ(task.previous_started_event_id(), 0);
  EXPECT_EQ(task.history().events_size(), 3);
  EXPECT_TRUE(world.complete(task, {complete_run()}).ok());
  EXPECT_EQ(world.events(),
            "1 WorkflowExecutionStarted workflow_id=w\n"
            "2 WorkflowTaskScheduled\n"
            "3 WorkflowTaskStarted scheduled=2\n"
            "4 WorkflowTaskCompleted scheduled=2 started=3\n"
            "5 WorkflowExecutionCompleted\n");
}

TEST(WorkflowTasks, ThatFailAgainLeaveNoTraceUntilOneCompletes) {
  World world;
  world.start();
  EXPECT_TRUE(world.fail(world.task()).ok());
  EXPECT_TRUE(world.fail(world.task()).ok());
  const Task third = world.task();
  EXPECT_EQ(third.attempt(), 3);
  EXPECT_EQ(world.history().events_size(), 4);
  // The worker sees the events that are not written yet.
  EXPECT_EQ(text_of(third.history(), 4),
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=WorkflowWorkerUnhandledFailure\n"
            "5 WorkflowTaskScheduled attempt=3\n"
            "6 WorkflowTaskStarted scheduled=5\n");
  EXPECT_TRUE(world.complete(third).ok());
  EXPECT_EQ(text_of(world.history(), 5),
            "5 WorkflowTaskScheduled attempt=3\n"
            "6 WorkflowTaskStarted scheduled=5\n"
            "7 WorkflowTaskCompleted scheduled=5 started=6\n");
}

TEST(WorkflowTasks, ASignalMakesATransientTaskANormalOne) {
  World world;
  world.start();
  world.fail(world.task());
  world.signal("s");
  const Task task = world.task();
  EXPECT_EQ(task.attempt(), 1);
  EXPECT_EQ(text_of(world.history(), 5),
            "5 WorkflowExecutionSignaled signal_name=s\n"
            "6 WorkflowTaskScheduled\n"
            "7 WorkflowTaskStarted scheduled=6\n");
}

TEST(WorkflowTasks, TimeOutAndAreTriedAgain) {
  World world;
  world.start();
  const Task late = world.task();
  world.executor.advance(10s);
  EXPECT_EQ(text_of(world.history(), 4),
            "4 WorkflowTaskTimedOut scheduled=2 started=3 timeout_type=StartToClose\n");
  EXPECT_EQ(world.complete(late, {complete_run()}).text(), "NotFound: Workflow task not found.");
  EXPECT_EQ(world.task().attempt(), 2);
}

TEST(WorkflowTasks, AreDroppedWhereBadCommandsKeepComing) {
  World world;
  world.start();
  world.fail(world.task());
  const Task second = world.task();
  const Status bad = world.complete(second, {start_timer("", 1s)});
  EXPECT_EQ(bad.text(),
            "InvalidArgument: BadStartTimerAttributes: TimerId is not set on StartTimerCommand.");
  EXPECT_EQ(world.task().attempt(), 0) << "nothing until the timeout";
  world.executor.advance(10s);
  EXPECT_EQ(world.task().attempt(), 3);
}

TEST(WorkflowTasks, ABadCommandTakesTheOthersBack) {
  World world;
  world.start();
  const Status bad = world.complete(
      world.task(), {start_timer("t", 5s), schedule_activity("a"), start_timer("t", 5s)});
  EXPECT_EQ(bad.text(),
            "InvalidArgument: StartTimerDuplicateId: invalid history builder state for action: "
            "add-timer-started-event, TimerID: t");
  EXPECT_EQ(text_of(world.history(), 4),
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=StartTimerDuplicateId\n");
  EXPECT_EQ(world.activity().task_token(), "");
  world.executor.advance(9s);
  EXPECT_EQ(world.history().events_size(), 4) << "no timer has fired";
  EXPECT_TRUE(world.complete(world.task(), {start_timer("t", 5s)}).ok());
}

TEST(WorkflowTasks, ACommandAfterTheLastIsNoSequence) {
  World world;
  world.start();
  EXPECT_EQ(world.complete(world.task(), {complete_run(), start_timer("t", 1s)}).text(),
            "InvalidArgument: invalid command sequence: [CompleteWorkflowExecution, StartTimer], "
            "command CompleteWorkflowExecution must be the last command.");
  EXPECT_EQ(world.history().events_size(), 3);
}

TEST(WorkflowTasks, AreHandedOnToTheWorkerThatAsks) {
  World world;
  world.start();
  auto request = kept(world.task());
  request.set_return_new_workflow_task(true);
  request.set_force_create_new_workflow_task(true);
  Reply<Rpc::RespondWorkflowTaskCompleted> reply;
  EXPECT_TRUE(world.call<Rpc::RespondWorkflowTaskCompleted>(request, &reply).ok());
  const Task next = reply.workflow_task();
  EXPECT_EQ(next.previous_started_event_id(), 3);
  EXPECT_EQ(next.started_event_id(), 6);
  EXPECT_EQ(text_of(next.history()),
            "4 WorkflowTaskCompleted scheduled=2 started=3\n"
            "5 WorkflowTaskScheduled\n"
            "6 WorkflowTaskStarted scheduled=5\n");
  EXPECT_TRUE(world.complete(next, {complete_run()}).ok());
}

TEST(WorkflowTasks, MayNotBeatForever) {
  World world;
  world.start();
  Task task = world.task();
  Status status;
  for (int i = 0; i < 400 && status.ok(); ++i) {
    world.executor.advance(5s);
    auto request = completed(task);
    request.set_return_new_workflow_task(true);
    request.set_force_create_new_workflow_task(true);
    Reply<Rpc::RespondWorkflowTaskCompleted> reply;
    status = world.call<Rpc::RespondWorkflowTaskCompleted>(request, &reply);
    task = reply.workflow_task();
  }
  EXPECT_EQ(status.text(), "NotFound: workflow task heartbeat timeout");
}

}  // namespace
