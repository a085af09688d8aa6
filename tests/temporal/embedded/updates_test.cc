// Updates: accepted, rejected without a trace, aborted, taken over by the next run.
#include <gtest/gtest.h>

#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;

// A run whose worker keeps it and waits for more.
struct Kept : World {
  Kept() {
    start();
    sticky_task();
    call<Rpc::RespondWorkflowTaskCompleted>(kept(task())).ok();
  }

  Reply<Rpc::RespondWorkflowTaskCompleted> answer(const Task& task, std::vector<Message> messages,
                                                  std::vector<Command> commands = {}) {
    auto request = kept(task, std::move(commands));
    request.set_return_new_workflow_task(true);
    request.mutable_capabilities()->set_discard_speculative_workflow_task_with_events(true);
    for (const Message& message : messages) *request.add_messages() = message;
    Reply<Rpc::RespondWorkflowTaskCompleted> reply;
    const Status status = call<Rpc::RespondWorkflowTaskCompleted>(request, &reply);
    EXPECT_TRUE(status.ok()) << status.text();
    return reply;
  }
};

TEST(Updates, AreAcceptedAndCompleted) {
  Kept world;
  const auto update = world.update("u");
  const Task task = world.sticky_task();
  ASSERT_EQ(task.messages_size(), 1);
  EXPECT_EQ(task.messages(0).id(), "u/request");
  EXPECT_EQ(task.messages(0).event_id(), 5);
  EXPECT_EQ(world.history().events_size(), 4) << "the task is speculative";
  EXPECT_EQ(text_of(task.history()),
            "4 WorkflowTaskCompleted scheduled=2 started=3\n"
            "5 WorkflowTaskScheduled\n"
            "6 WorkflowTaskStarted scheduled=5\n");
  world.answer(task, {accept(task.messages(0)), respond(task.messages(0))},
               {protocol_message("u/accept"), protocol_message("u/complete")});
  ASSERT_TRUE(update->status);
  EXPECT_TRUE(update->status->ok());
  EXPECT_TRUE(update->reply.outcome().has_success());
  EXPECT_EQ(text_of(world.history(), 5),
            "5 WorkflowTaskScheduled\n"
            "6 WorkflowTaskStarted scheduled=5\n"
            "7 WorkflowTaskCompleted scheduled=5 started=6\n"
            "8 WorkflowExecutionUpdateAccepted update=u accepted_request_sequencing=5\n"
            "9 WorkflowExecutionUpdateCompleted accepted=8\n");
}

TEST(Updates, ThatAreRejectedLeaveNoTrace) {
  Kept world;
  const auto update = world.update("u");
  const Task task = world.sticky_task();
  const auto reply = world.answer(task, {reject(task.messages(0))});
  EXPECT_EQ(reply.reset_history_event_id(), 3);
  ASSERT_TRUE(update->status);
  EXPECT_EQ(update->reply.outcome().failure().message(), "no");
  EXPECT_EQ(world.history().events_size(), 4);
  // What was not written is written by the next task, with the same ids.
  world.signal("s");
  EXPECT_EQ(text_of(world.sticky_task().history()),
            "4 WorkflowTaskCompleted scheduled=2 started=3\n"
            "5 WorkflowExecutionSignaled signal_name=s\n"
            "6 WorkflowTaskScheduled\n"
            "7 WorkflowTaskStarted scheduled=6\n");
}

TEST(Updates, ASignalKeepsTheirTask) {
  Kept world;
  world.update("u");
  const Task task = world.sticky_task();
  world.signal("s");
  EXPECT_EQ(text_of(world.history(), 5),
            "5 WorkflowTaskScheduled\n"
            "6 WorkflowTaskStarted scheduled=5\n");
  world.answer(task, {reject(task.messages(0))});
  EXPECT_EQ(text_of(world.history(), 7),
            "7 WorkflowTaskCompleted scheduled=5 started=6\n"
            "8 WorkflowExecutionSignaled signal_name=s\n"
            "9 WorkflowTaskScheduled\n"
            "10 WorkflowTaskStarted scheduled=9\n");
}

TEST(Updates, WhoseTaskNobodyTakesGetANormalOne) {
  World world;
  world.start();
  world.complete(world.task());
  world.update("u");
  world.executor.advance(5s);
  EXPECT_EQ(text_of(world.history(), 5),
            "5 WorkflowTaskScheduled\n"
            "6 WorkflowTaskTimedOut scheduled=5 timeout_type=ScheduleToStart\n"
            "7 WorkflowTaskScheduled\n");
  EXPECT_EQ(world.task().messages_size(), 1);
}

TEST(Updates, OfAnIdThatIsKnownAreTheSameUpdate) {
  Kept world;
  const auto one = world.update("u");
  const auto two = world.update("u");
  const Task task = world.sticky_task();
  EXPECT_EQ(task.messages_size(), 1);
  world.answer(task, {accept(task.messages(0)), respond(task.messages(0))});
  EXPECT_TRUE(one->reply.outcome().has_success());
  EXPECT_TRUE(two->reply.outcome().has_success());
  EXPECT_TRUE(world.update("u")->reply.outcome().has_success());
}

TEST(Updates, ThatComeDuringATaskGetOneOfTheirOwn) {
  Kept world;
  world.signal("s");
  const Task task = world.sticky_task();
  world.update("u");
  const auto reply = world.answer(task, {});
  ASSERT_EQ(reply.workflow_task().messages_size(), 1);
  EXPECT_EQ(reply.workflow_task().started_event_id(), 10);
  EXPECT_EQ(world.history().events_size(), 8);
}

TEST(Updates, ThatTheWorkerIgnoresAreRejected) {
  Kept world;
  const auto update = world.update("u");
  world.answer(world.sticky_task(), {});
  ASSERT_TRUE(update->status);
  EXPECT_EQ(update->reply.outcome().failure().application_failure_info().type(),
            "UnprocessedUpdate");
}

TEST(Updates, AreAbortedWhenTheRunCloses) {
  Kept world;
  const auto unseen = world.update("u");
  world.terminate();
  world.executor.drain();
  ASSERT_TRUE(unseen->status);
  EXPECT_EQ(unseen->status->text(), "NotFound: workflow update was aborted by closing workflow");
  EXPECT_EQ(text_of(world.history(), 5), "5 WorkflowExecutionTerminated reason=enough\n");
}

TEST(Updates, ThatWereAcceptedFailWithTheRun) {
  Kept world;
  const auto update = world.update("u");
  const Task task = world.sticky_task();
  world.answer(task, {accept(task.messages(0))}, {protocol_message("u/accept"), complete_run()});
  ASSERT_TRUE(update->status);
  EXPECT_EQ(update->reply.outcome().failure().application_failure_info().type(),
            "AcceptedUpdateCompletedWorkflow");
}

TEST(Updates, ComeAgainForTheNextRun) {
  Kept world;
  world.executor.advance(2s);
  world.sticky_task();
  world.signal("s");
  const Task task = world.sticky_task();
  const auto refused = world.update("u");
  world.answer(task, {}, {continue_as_new()});
  ASSERT_TRUE(refused->status);
  EXPECT_EQ(refused->status->text(),
            "ResourceExhausted: workflow operation can not be applied because workflow is closing");
  const auto update = world.update("u");
  const Task next = world.task();
  ASSERT_EQ(next.messages_size(), 1);
  world.answer(next, {accept(next.messages(0)), respond(next.messages(0))});
  ASSERT_TRUE(update->status);
  EXPECT_TRUE(update->reply.outcome().has_success());
}

TEST(Updates, ArePolledForTheirOutcome) {
  Kept world;
  world.update("u");
  Request<Rpc::PollWorkflowExecutionUpdate> request;
  request.set_namespace_("default");
  request.mutable_update_ref()->mutable_workflow_execution()->set_workflow_id("w");
  request.mutable_update_ref()->set_update_id("u");
  request.mutable_wait_policy()->set_lifecycle_stage(
      temporal::api::enums::v1::UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED);
  const auto poll = world.begin<Rpc::PollWorkflowExecutionUpdate>(request);
  EXPECT_FALSE(poll->status);
  const Task task = world.sticky_task();
  world.answer(task, {accept(task.messages(0)), respond(task.messages(0))});
  ASSERT_TRUE(poll->status);
  EXPECT_TRUE(poll->reply.outcome().has_success());
  request.mutable_update_ref()->set_update_id("other");
  EXPECT_EQ(world.call<Rpc::PollWorkflowExecutionUpdate>(request).text(),
            "NotFound: update \"other\" not found");
}

TEST(Updates, ABadMessageFailsTheTask) {
  Kept world;
  world.update("u");
  const Task task = world.sticky_task();
  const Status bad =
      world.call<Rpc::RespondWorkflowTaskCompleted>(completed(task, {protocol_message("none")}));
  EXPECT_EQ(bad.text(),
            "InvalidArgument: BadUpdateWorkflowExecutionMessage: ProtocolMessageCommand referenced "
            "absent message ID none");
  EXPECT_EQ(text_of(world.history(), 7),
            "7 WorkflowTaskFailed scheduled=5 started=6 cause=BadUpdateWorkflowExecutionMessage\n"
            "8 WorkflowTaskScheduled\n");
}

}  // namespace
