// How long runs are kept, and what a service keeps of what is over.
#include <gtest/gtest.h>

#include "temporal/embedded/task_queue.h"
#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;
using temporal::embedded::QueueKind;

TEST(Namespaces, ForgetRunsAfterTheirOwnRetention) {
  World world;  // "default" keeps runs for a day
  Request<Rpc::RegisterNamespace> brief;
  brief.set_namespace_("brief");
  brief.mutable_workflow_execution_retention_period()->set_seconds(3600);
  ASSERT_TRUE(world.call<Rpc::RegisterNamespace>(brief).ok());
  world.start();
  world.terminate();
  auto request = start_request();
  request.set_namespace_("brief");
  world.start(request);
  auto end = terminate_request("w");
  end.set_namespace_("brief");
  ASSERT_TRUE(world.call<Rpc::TerminateWorkflowExecution>(end).ok());
  const auto describe = [&](const std::string& space) {
    Request<Rpc::DescribeWorkflowExecution> wanted;
    wanted.set_namespace_(space);
    wanted.mutable_execution()->set_workflow_id("w");
    return world.call<Rpc::DescribeWorkflowExecution>(wanted).code;
  };
  world.executor.advance(59min);
  EXPECT_EQ(describe("brief"), Code::Ok);
  world.executor.advance(1min);
  EXPECT_EQ(describe("brief"), Code::NotFound) << "nobody has started a run since";
  EXPECT_EQ(describe("default"), Code::Ok);
  world.executor.advance(23h);
  EXPECT_EQ(describe("default"), Code::NotFound);
}

TEST(Namespaces, OfAServiceThatIsGoneNoTimersAreLeft) {
  World world;
  auto request = start_request();
  request.mutable_workflow_run_timeout()->set_seconds(1000);
  world.start(request);
  world.complete(world.task(), {start_timer("t", 100s), schedule_activity("a")});
  world.fail(world.activity());
  world.service.reset();
  world.executor.drain();
  EXPECT_FALSE(world.executor.jump());
}

TEST(TaskQueues, ForgetThoseThatNobodyUses) {
  temporal::embedded::TaskQueues queues;
  const temporal::TimePoint now(1000s);
  queues.at("default", "asked for", QueueKind::Workflow);
  queues.at("default", "polled", QueueKind::Workflow).last_poll = now;
  queues.at("default", "has work", QueueKind::Activity).tasks.emplace_back();
  queues.forget_unused(now);
  EXPECT_FALSE(queues.find("default", "asked for", QueueKind::Workflow));
  EXPECT_TRUE(queues.find("default", "polled", QueueKind::Workflow));
  queues.forget_unused(now + 1h);
  EXPECT_FALSE(queues.find("default", "polled", QueueKind::Workflow));
  EXPECT_TRUE(queues.find("default", "has work", QueueKind::Activity));
}

}  // namespace
