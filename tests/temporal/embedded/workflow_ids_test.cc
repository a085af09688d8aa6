// Workflow ids that are taken, used again, or found by nobody.
#include <gtest/gtest.h>

#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;
using namespace temporal::api::enums::v1;

TEST(WorkflowIds, ThatRunAreTaken) {
  World world;
  const std::string run_id = world.start();
  EXPECT_EQ(world.start(),
            "AlreadyExists: Workflow execution is already running. WorkflowId: w, RunId: " +
                run_id + ".");
  auto request = start_request();
  request.set_workflow_id_conflict_policy(WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING);
  Reply<Rpc::StartWorkflowExecution> reply;
  EXPECT_TRUE(world.call<Rpc::StartWorkflowExecution>(request, &reply).ok());
  EXPECT_EQ(reply.run_id(), run_id);
  EXPECT_FALSE(reply.started());
}

TEST(WorkflowIds, TheSameRequestIsTheSameStart) {
  World world;
  auto request = start_request();
  request.set_request_id("r");
  Reply<Rpc::StartWorkflowExecution> one, two;
  EXPECT_TRUE(world.call<Rpc::StartWorkflowExecution>(request, &one).ok());
  EXPECT_TRUE(world.call<Rpc::StartWorkflowExecution>(request, &two).ok());
  EXPECT_EQ(one.run_id(), two.run_id());
  EXPECT_TRUE(two.started());
}

TEST(WorkflowIds, MayTerminateTheRunThatHasThem) {
  World world;
  const std::string first = world.start();
  auto request = start_request();
  request.set_workflow_id_conflict_policy(WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING);
  EXPECT_EQ(world.start(request).text(),
            "ResourceExhausted: Too many restarts for workflow w. Time since last start: 0 ms");
  world.executor.advance(2s);
  EXPECT_TRUE(world.start(request).ok());
  EXPECT_EQ(text_of(world.history("w", first), 3),
            "3 WorkflowExecutionTerminated reason=TerminateIfRunning WorkflowIdReusePolicy\n");
}

TEST(WorkflowIds, AreUsedAgainAsThePolicySays) {
  const auto again = [](Command end, WorkflowIdReusePolicy policy) {
    World world;
    world.start();
    world.complete(world.task(), {end});
    world.executor.advance(2s);
    auto request = start_request();
    request.set_workflow_id_reuse_policy(policy);
    return world.start(request).ok();
  };
  EXPECT_TRUE(again(complete_run(), WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE));
  EXPECT_FALSE(again(complete_run(), WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY));
  EXPECT_TRUE(again(fail_run(), WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY));
  EXPECT_FALSE(again(fail_run(), WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE));
}

TEST(WorkflowIds, ThatNobodyHasAreNotFound) {
  World world;
  EXPECT_EQ(world.signal("s").text(), "NotFound: workflow not found for ID: w");
  Request<Rpc::DescribeWorkflowExecution> request;
  request.set_namespace_("default");
  request.mutable_execution()->set_workflow_id("w");
  request.mutable_execution()->set_run_id("11111111-1111-4111-8111-111111111111");
  EXPECT_EQ(world.call<Rpc::DescribeWorkflowExecution>(request).text(),
            "NotFound: workflow execution not found for workflow ID \"w\" and run ID "
            "\"11111111-1111-4111-8111-111111111111\"");
  request.mutable_execution()->set_run_id("1");
  EXPECT_EQ(world.call<Rpc::DescribeWorkflowExecution>(request).text(),
            "InvalidArgument: Invalid RunId.");
  request.set_namespace_("other");
  EXPECT_EQ(world.call<Rpc::DescribeWorkflowExecution>(request).text(),
            "NotFound: Namespace other is not found.");
}

TEST(WorkflowIds, ASignalMayStartTheRun) {
  World world;
  Request<Rpc::SignalWithStartWorkflowExecution> request;
  request.set_namespace_("default");
  request.set_workflow_id("w");
  request.mutable_workflow_type()->set_name("Work");
  request.mutable_task_queue()->set_name("q");
  request.set_signal_name("s");
  EXPECT_TRUE(world.call<Rpc::SignalWithStartWorkflowExecution>(request).ok());
  EXPECT_TRUE(world.call<Rpc::SignalWithStartWorkflowExecution>(request).ok());
  EXPECT_EQ(world.events(),
            "1 WorkflowExecutionStarted workflow_id=w\n"
            "2 WorkflowExecutionSignaled signal_name=s\n"
            "3 WorkflowTaskScheduled\n"
            "4 WorkflowExecutionSignaled signal_name=s\n");
}

TEST(WorkflowIds, TheSameSignalComesOnce) {
  World world;
  world.start();
  Request<Rpc::SignalWorkflowExecution> request;
  request.set_namespace_("default");
  request.mutable_workflow_execution()->set_workflow_id("w");
  request.set_signal_name("s");
  request.set_request_id("r");
  EXPECT_TRUE(world.call<Rpc::SignalWorkflowExecution>(request).ok());
  EXPECT_TRUE(world.call<Rpc::SignalWorkflowExecution>(request).ok());
  EXPECT_EQ(world.history().events_size(), 3);
}

TEST(WorkflowIds, OfRunsThatAreLongOverAreForgotten) {
  World world(temporal::embedded::Options().retention(1h));
  world.start();
  world.complete(world.task(), {complete_run()});
  world.executor.advance(2h);
  world.start("other");
  EXPECT_EQ(world.history().events_size(), 0);
}

TEST(WorkflowIds, FollowFromTheSeed) {
  World one, two, other(temporal::embedded::Options().seed(2));
  EXPECT_EQ(one.start(), two.start());
  EXPECT_NE(one.start("x"), other.start("x"));
}

}  // namespace
