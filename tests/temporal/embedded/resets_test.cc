// Runs that begin with the first events of another one.
#include <gtest/gtest.h>

#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;

Ended reset(World& world, std::int64_t finish) {
  Request<Rpc::ResetWorkflowExecution> request;
  request.set_namespace_("default");
  request.mutable_workflow_execution()->set_workflow_id("w");
  request.set_reason("again");
  request.set_request_id("reset");
  request.set_workflow_task_finish_event_id(finish);
  return world.call<Rpc::ResetWorkflowExecution>(request);
}

TEST(Resets, RepeatWhatCameFromOutside) {
  World world;
  const std::string base = world.start();
  world.complete(world.task(), {schedule_activity("a"), start_timer("t", 60s)});
  const auto update = world.update("u");
  const Task task = world.task();
  auto request = completed(task, {protocol_message("u/accept")});
  *request.add_messages() = accept(task.messages(0));
  world.call<Rpc::RespondWorkflowTaskCompleted>(request).ok();
  world.signal("s");
  EXPECT_TRUE(reset(world, 4).ok());
  EXPECT_TRUE(reset(world, 4).ok()) << "the same request";
  EXPECT_EQ(text_of(world.history(), 3),
            "3 WorkflowTaskStarted scheduled=2\n"
            "4 WorkflowTaskFailed scheduled=2 started=3 cause=ResetWorkflow\n"
            "5 WorkflowExecutionUpdateAdmitted origin=Reapply\n"
            "6 WorkflowExecutionSignaled signal_name=s\n"
            "7 WorkflowTaskScheduled\n");
  const History old = world.history("w", base);
  EXPECT_EQ(text_of(old, old.events_size()),
            std::to_string(old.events_size()) + " WorkflowExecutionTerminated reason=again\n");
  EXPECT_EQ(world.activity().task_token(), "");
  const Task again = world.task();
  EXPECT_EQ(again.attempt(), 1);
  EXPECT_EQ(again.messages_size(), 0) << "the update is in the history";
  auto answer = completed(again, {protocol_message("u/accept")});
  Message request_message;
  request_message.set_id("u/request");
  request_message.set_protocol_instance_id("u");
  request_message.set_event_id(5);
  *answer.add_messages() = accept(request_message);
  EXPECT_EQ(world.call<Rpc::RespondWorkflowTaskCompleted>(answer).text(), "Ok");
  EXPECT_EQ(text_of(world.history(), 10),
            "10 WorkflowExecutionUpdateAccepted update=u accepted_request_sequencing=5\n");
}

TEST(Resets, StartAgainWhatWasPending) {
  World world;
  world.start();
  world.complete(world.task(), {schedule_activity("a"), start_timer("t", 60s)});
  const ActivityTask old = world.activity();
  world.signal("s");
  world.complete(world.task(), {complete_run()});
  EXPECT_TRUE(reset(world, 10).ok());
  EXPECT_EQ(world.complete(old).code, Code::NotFound);
  EXPECT_EQ(world.activity().activity_id(), "a");
  world.executor.advance(60s);
  const History all = world.history();
  EXPECT_NE(text_of(all).find("TimerFired timer_id=t started=6"), std::string::npos);
}

TEST(Resets, NeedAWorkflowTask) {
  World world;
  world.start();
  world.complete(world.task(), {start_timer("t", 60s)});
  EXPECT_EQ(reset(world, 1).code, Code::InvalidArgument);
  EXPECT_EQ(reset(world, 9).code, Code::InvalidArgument);
  EXPECT_EQ(reset(world, 2).code, Code::InvalidArgument);
  EXPECT_EQ(reset(world, 5).text(),
            "InvalidArgument: StateRebuilder unable to Rebuild mutable state to event ID: 4, "
            "version: 0, this event must be at the boundary");
  EXPECT_TRUE(reset(world, 4).ok());
}

}  // namespace
