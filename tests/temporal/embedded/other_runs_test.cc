// Children, their parents, and messages between runs.
#include <gtest/gtest.h>

#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;
using namespace temporal::api::enums::v1;

TEST(OtherRuns, AChildReportsItsEndToItsParent) {
  World world;
  world.start();
  world.complete(world.task(), {start_child("c")});
  world.executor.drain();
  EXPECT_EQ(text_of(world.history(), 5),
            "5 StartChildWorkflowExecutionInitiated workflow_id=c\n"
            "6 ChildWorkflowExecutionStarted initiated=5\n"
            "7 WorkflowTaskScheduled\n");
  const Task child = world.task("child-q");
  EXPECT_EQ(text_of(child.history()),
            "1 WorkflowExecutionStarted parent_initiated=5 workflow_id=c\n"
            "2 WorkflowTaskScheduled\n"
            "3 WorkflowTaskStarted scheduled=2\n");
  const Task parent = world.task();
  world.complete(child, {complete_run()});
  world.complete(parent);
  EXPECT_EQ(text_of(world.history(), 8),
            "8 WorkflowTaskStarted scheduled=7\n"
            "9 WorkflowTaskCompleted scheduled=7 started=8\n"
            "10 ChildWorkflowExecutionCompleted initiated=5 started=6\n"
            "11 WorkflowTaskScheduled\n");
}

TEST(OtherRuns, StartAndEndOfAChildMayBothBeBuffered) {
  World world;
  world.start();
  world.complete(world.task(), {start_child("c"), start_timer("t", 60s)});
  world.signal("s");
  const Task parent = world.task();
  world.complete(world.task("child-q"), {fail_run()});
  world.complete(parent);
  EXPECT_EQ(text_of(world.history(), 7),
            "7 ChildWorkflowExecutionStarted initiated=5\n"
            "8 WorkflowTaskScheduled\n"
            "9 WorkflowExecutionSignaled signal_name=s\n"
            "10 WorkflowTaskStarted scheduled=8\n"
            "11 WorkflowTaskCompleted scheduled=8 started=10\n"
            "12 ChildWorkflowExecutionFailed initiated=5 started=7 retry_state=RetryPolicyNotSet\n"
            "13 WorkflowTaskScheduled\n");
}

TEST(OtherRuns, AChildWhoseIdIsTakenDoesNotStart) {
  World world;
  world.start();
  world.start("c");
  world.complete(world.task(), {start_child("c")});
  EXPECT_EQ(text_of(world.history(), 6),
            "6 StartChildWorkflowExecutionFailed workflow_id=c cause=WorkflowAlreadyExists "
            "initiated=5\n"
            "7 WorkflowTaskScheduled\n");
}

std::string end_of_child(ParentClosePolicy policy) {
  World world;
  world.start();
  Command child = start_child("c");
  child.mutable_start_child_workflow_execution_command_attributes()->set_parent_close_policy(
      policy);
  world.complete(world.task(), {child});
  world.complete(world.task(), {complete_run()});
  return text_of(world.history("c"), 3);
}

TEST(OtherRuns, AParentThatClosesTakesItsChildrenAlong) {
  EXPECT_EQ(end_of_child(PARENT_CLOSE_POLICY_UNSPECIFIED),
            "3 WorkflowExecutionTerminated reason=by parent close policy\n");
  EXPECT_EQ(end_of_child(PARENT_CLOSE_POLICY_REQUEST_CANCEL),
            "3 WorkflowExecutionCancelRequested\n");
  EXPECT_EQ(end_of_child(PARENT_CLOSE_POLICY_ABANDON), "");
}

TEST(OtherRuns, AChildThatContinuesIsStillTheChild) {
  World world;
  world.start();
  world.complete(world.task(), {start_child("c")});
  world.executor.advance(2s);
  world.complete(world.task("child-q"), {continue_as_new()});
  world.complete(world.task());
  const Task next = world.task("child-q");
  EXPECT_EQ(text_of(next.history(), 1).substr(0, 66),
            "1 WorkflowExecutionStarted parent_initiated=5 workflow_id=c\n2 Work");
  world.complete(next, {complete_run()});
  EXPECT_EQ(text_of(world.history(), 10),
            "10 ChildWorkflowExecutionCompleted initiated=5 started=6\n"
            "11 WorkflowTaskScheduled\n");
}

TEST(OtherRuns, AreSignaledAndCanceled) {
  World world;
  world.start();
  world.start("other");
  world.complete(world.task(), {signal_external("other", "s"), cancel_external("other"),
                                signal_external("nobody", "s"), cancel_external("nobody"),
                                signal_external("w", "s")});
  EXPECT_EQ(text_of(world.history(), 5),
            "5 SignalExternalWorkflowExecutionInitiated signal_name=s\n"
            "6 RequestCancelExternalWorkflowExecutionInitiated\n"
            "7 SignalExternalWorkflowExecutionInitiated signal_name=s\n"
            "8 RequestCancelExternalWorkflowExecutionInitiated\n"
            "9 SignalExternalWorkflowExecutionInitiated signal_name=s\n"
            "10 ExternalWorkflowExecutionSignaled initiated=5\n"
            "11 WorkflowTaskScheduled\n"
            "12 ExternalWorkflowExecutionCancelRequested initiated=6\n"
            "13 SignalExternalWorkflowExecutionFailed cause=ExternalWorkflowExecutionNotFound "
            "initiated=7\n"
            "14 RequestCancelExternalWorkflowExecutionFailed "
            "cause=ExternalWorkflowExecutionNotFound initiated=8\n"
            "15 SignalExternalWorkflowExecutionFailed cause=ExternalWorkflowExecutionNotFound "
            "initiated=9\n");
  EXPECT_EQ(text_of(world.history("other"), 3),
            "3 WorkflowExecutionSignaled signal_name=s\n"
            "4 WorkflowExecutionCancelRequested external_initiated=6\n");
}

}  // namespace
