// Calls that wait: their limits, their cancellation, and the end of the service.
#include <gtest/gtest.h>

#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;

TEST(LongPolls, AreAnsweredWithNoTaskAfterAMinute) {
  World world;
  const auto poll = world.poll();
  world.executor.advance(59s);
  EXPECT_FALSE(poll->status);
  world.executor.advance(1s);
  ASSERT_TRUE(poll->status);
  EXPECT_TRUE(poll->status->ok());
  EXPECT_EQ(poll->reply.task_token(), "");
}

TEST(LongPolls, ThatAreCanceledTakeNoTask) {
  World world;
  const auto poll = world.poll();
  poll->cancel();
  world.executor.drain();
  ASSERT_TRUE(poll->status);
  EXPECT_EQ(poll->status->code, Code::Cancelled);
  world.start();
  EXPECT_NE(world.task().task_token(), "");
  poll->cancel();  // also long after
}

TEST(LongPolls, ThatHaveATaskCannotBeCanceled) {
  World world;
  const auto poll = world.poll();
  world.start();
  poll->cancel();
  world.executor.drain();
  ASSERT_TRUE(poll->status);
  EXPECT_TRUE(poll->status->ok());
  EXPECT_NE(poll->reply.task_token(), "");
}

TEST(LongPolls, AreServedInTheirOrder) {
  World world;
  const auto one = world.poll(), two = world.poll();
  world.start("a");
  world.start("b");
  EXPECT_EQ(one->reply.workflow_execution().workflow_id(), "a");
  EXPECT_EQ(two->reply.workflow_execution().workflow_id(), "b");
}

TEST(LongPolls, EndWithTheService) {
  World world;
  const auto poll = world.poll();
  world.start("a");
  const auto update = world.update("u", "a");
  world.service.reset();
  world.executor.drain();
  ASSERT_TRUE(poll->status && update->status);
  EXPECT_EQ(update->status->code, Code::Unavailable);
  poll->cancel();
  update->cancel();
  world.executor.advance(2h);
}

TEST(LongPolls, OfTasksOfRunsThatHaveClosedFindNothing) {
  World world;
  world.start();
  world.terminate();
  EXPECT_EQ(world.task().task_token(), "");
}

TEST(LongPolls, OfAWorkerThatStopsEndAtOnceWhereTheServiceEndsThem) {
  for (const bool end_polls : {false, true}) {
    World world(temporal::embedded::Options().end_polls(end_polls));
    auto mine = poll_request("q"), other = poll_request("q");
    mine.set_worker_instance_key("me");
    other.set_worker_instance_key("other");
    const auto polling = world.begin<Rpc::PollWorkflowTaskQueue>(mine);
    const auto going_on = world.begin<Rpc::PollWorkflowTaskQueue>(other);
    Request<Rpc::ShutdownWorker> request;
    request.set_namespace_("default");
    request.set_task_queue("q");
    request.set_worker_instance_key("me");
    EXPECT_TRUE(world.call<Rpc::ShutdownWorker>(request).ok());
    EXPECT_EQ(polling->status.has_value(), end_polls);
    EXPECT_EQ(world.begin<Rpc::PollWorkflowTaskQueue>(mine)->status.has_value(), end_polls)
        << "one that was on its way";
    EXPECT_FALSE(going_on->status);
  }
}

}  // namespace
