// Queries: by themselves, with a workflow task, and where nobody can answer.
#include <gtest/gtest.h>

#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;
using temporal::api::enums::v1::QUERY_RESULT_TYPE_ANSWERED;
using temporal::api::enums::v1::QUERY_RESULT_TYPE_FAILED;

Ended answer(World& world, const Task& task, bool ok = true) {
  Request<Rpc::RespondQueryTaskCompleted> request;
  request.set_namespace_("default");
  request.set_task_token(task.task_token());
  request.set_completed_type(ok ? QUERY_RESULT_TYPE_ANSWERED : QUERY_RESULT_TYPE_FAILED);
  request.mutable_query_result()->add_payloads()->set_data("7");
  request.set_error_message("cannot say");
  return world.call<Rpc::RespondQueryTaskCompleted>(request);
}

TEST(Queries, GoToAWorkerByThemselves) {
  World world;
  world.start();
  world.complete(world.task());
  const auto query = world.query();
  const Task task = world.task();
  EXPECT_EQ(task.query().query_type(), "state");
  EXPECT_EQ(task.history().events_size(), 4);
  EXPECT_TRUE(answer(world, task).ok());
  ASSERT_TRUE(query->status);
  EXPECT_EQ(query->reply.query_result().payloads(0).data(), "7");
  EXPECT_EQ(world.history().events_size(), 4) << "a query is no event";
  EXPECT_EQ(answer(world, task).code, Code::NotFound);
}

TEST(Queries, ThatFailSayWhy) {
  World world;
  world.start();
  world.complete(world.task(), {complete_run()});
  const auto query = world.query();
  answer(world, world.task(), false);
  ASSERT_TRUE(query->status);
  EXPECT_EQ(query->status->text(), "InvalidArgument: cannot say");
}

TEST(Queries, RideOnATaskThatIsScheduled) {
  World world;
  world.start();
  const auto query = world.query();
  const Task task = world.task();
  ASSERT_EQ(task.queries().size(), 1U);
  auto request = completed(task);
  auto& result = (*request.mutable_query_results())[task.queries().begin()->first];
  result.set_result_type(QUERY_RESULT_TYPE_ANSWERED);
  result.mutable_answer()->add_payloads()->set_data("7");
  EXPECT_TRUE(world.call<Rpc::RespondWorkflowTaskCompleted>(request).ok());
  ASSERT_TRUE(query->status);
  EXPECT_EQ(query->reply.query_result().payloads(0).data(), "7");
}

TEST(Queries, ThatComeDuringATaskFollowIt) {
  World world;
  world.start();
  const Task task = world.task();
  const auto query = world.query();
  EXPECT_EQ(world.query()->status->code, Code::ResourceExhausted) << "one at a time";
  world.complete(task);
  const Task direct = world.task();
  EXPECT_EQ(direct.query().query_type(), "state");
  answer(world, direct);
  EXPECT_TRUE(query->status && query->status->ok());
}

TEST(Queries, LeaveAStickyQueueWhoseWorkerIsGone) {
  World world;
  world.start();
  world.sticky_task();
  EXPECT_TRUE(world.call<Rpc::RespondWorkflowTaskCompleted>(kept(world.task())).ok());
  const auto query = world.query();
  EXPECT_EQ(world.task().task_token(), "");
  world.executor.advance(5s);
  const Task task = world.task();
  EXPECT_EQ(task.history().events_size(), 4);
  answer(world, task);
  EXPECT_TRUE(query->status && query->status->ok());
}

TEST(Queries, AreTurnedAwayWhereTasksKeepFailing) {
  World world;
  world.start();
  world.fail(world.task());
  world.fail(world.task());
  EXPECT_EQ(world.query()->status->text(),
            "FailedPrecondition: Unable to query workflow due to Workflow Task in failed state.");
}

TEST(Queries, EndAtTheirDeadlineWithoutAWorker) {
  World world;
  world.start();
  const auto query = world.query();
  world.executor.advance(70s);
  ASSERT_TRUE(query->status);
  EXPECT_EQ(query->status->code, Code::DeadlineExceeded);
  EXPECT_TRUE(world.task().queries().empty());
}

}  // namespace
