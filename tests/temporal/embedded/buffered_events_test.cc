// Events that come while a workflow task is started wait, and get another order than they came in.
#include <gtest/gtest.h>

#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;

TEST(BufferedEvents, WhatClosesComesLast) {
  World world;
  world.start();
  world.complete(world.task(), {schedule_activity("a"), start_timer("t", 2s)});
  world.signal("first");
  const Task started = world.task();
  world.complete(world.activity());
  world.signal("second");
  world.executor.advance(2s);
  EXPECT_EQ(world.history().events_size(), 9);
  EXPECT_TRUE(world.complete(started).ok());
  EXPECT_EQ(text_of(world.history(), 7),
            "7 WorkflowExecutionSignaled signal_name=first\n"
            "8 WorkflowTaskScheduled\n"
            "9 WorkflowTaskStarted scheduled=8\n"
            "10 WorkflowTaskCompleted scheduled=8 started=9\n"
            "11 ActivityTaskStarted scheduled=5\n"
            "12 WorkflowExecutionSignaled signal_name=second\n"
            "13 TimerFired timer_id=t started=6\n"
            "14 ActivityTaskCompleted scheduled=5 started=11\n"
            "15 WorkflowTaskScheduled\n");
}

TEST(BufferedEvents, KeepTheRunFromClosing) {
  World world;
  world.start();
  const Task task = world.task();
  world.signal("s");
  EXPECT_EQ(world.complete(task, {complete_run()}).text(), "InvalidArgument: UnhandledCommand");
  EXPECT_EQ(text_of(world.history(), 4),
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=UnhandledCommand\n"
            "5 WorkflowExecutionSignaled signal_name=s\n"
            "6 WorkflowTaskScheduled\n");
  EXPECT_TRUE(world.complete(world.task(), {complete_run()}).ok());
}

TEST(BufferedEvents, ATimerThatIsCanceledHasNeverFired) {
  World world;
  world.start();
  world.complete(world.task(), {start_timer("t", 1s)});
  world.signal("s");
  const Task task = world.task();
  world.executor.advance(1s);
  EXPECT_TRUE(world.complete(task, {cancel_timer("t"), complete_run()}).ok());
  EXPECT_EQ(text_of(world.history(), 10),
            "10 TimerCanceled timer_id=t started=5\n"
            "11 WorkflowExecutionCompleted\n");
}

TEST(BufferedEvents, TooManyOfThemFailTheTask) {
  World world;
  world.start();
  const Task task = world.task();
  for (int i = 0; i < 101; ++i) world.signal("s");
  EXPECT_EQ(text_of(world.history(), 4).substr(0, 70),
            std::string("4 WorkflowTaskFailed scheduled=2 started=3 cause=ForceCloseCommand\n5 Wo")
                .substr(0, 70));
  EXPECT_EQ(world.complete(task).text(), "NotFound: Workflow task not found.");
}

TEST(BufferedEvents, TimersThatAreDueTogetherFireInOneTask) {
  World world;
  world.start();
  world.complete(world.task(), {start_timer("b", 1s), start_timer("a", 1s), start_timer("c", 2s)});
  world.executor.advance(1s);
  EXPECT_EQ(text_of(world.history(), 8),
            "8 TimerFired timer_id=b started=5\n"
            "9 TimerFired timer_id=a started=6\n"
            "10 WorkflowTaskScheduled\n");
}

}  // namespace
