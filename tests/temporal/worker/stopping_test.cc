// What a worker that stops lets out, and what it tells.
#include "tests/temporal/worker/worker_fixture.h"

namespace temporal::worker {
namespace {

TEST_F(WorkerTest, ActivitiesThatBeginAfterTheGraceAreToldToEnd) {
  bool told = false;
  work_ = [&](ActivityContext& context) {
    told = context.canceled();
    return std::string();
  };
  start(options());
  give_activity();
  bool stopped = false;
  worker_->begin_stop([&] { stopped = true; });
  executor_.advance(30s);
  EXPECT_FALSE(stopped);
  activities_.drain();
  executor_.advance(1s);
  EXPECT_TRUE(told);
  EXPECT_TRUE(stopped);
  worker_ = nullptr;
}

// Its function and what it uses go with the worker.
TEST_F(WorkerTest, ALocalActivityThatNobodyWaitsForHoldsUpTheEnd) {
  type_ = "Near";
  start(options());
  begin();
  give(task(3, 0));
  executor_.advance(9s);  // past the answer that keeps the task alive
  bool stopped = false;
  worker_->begin_stop([&] { stopped = true; });
  executor_.advance(30s);
  EXPECT_FALSE(stopped);
  activities_.drain();
  executor_.advance(1s);
  EXPECT_TRUE(stopped);
  worker_ = nullptr;
}

TEST_F(WorkerTest, WhileItStopsItAsksForNoFurtherTask) {
  start(options());
  begin();
  poke_first();
  bool stopped = false;
  Patient::on_poke = [&] { worker_->begin_stop([&] { stopped = true; }); };
  give(task(3, 0));
  executor_.advance(20s);
  const auto answers = desk_.made<Rpc::RespondWorkflowTaskCompleted>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_FALSE(answers[0].return_new_workflow_task());
  EXPECT_FALSE(answers[0].has_sticky_attributes());
  EXPECT_FALSE(
      answers[0].commands(0).schedule_activity_task_command_attributes().request_eager_execution());
  EXPECT_TRUE(stopped);
  worker_ = nullptr;
}

TEST_F(WorkerTest, WhenItHasStoppedItsWorkflowsAreGone) {
  start(options());
  begin();
  give(task(3, 0));
  EXPECT_FALSE(Patient::alive.expired());
  bool gone = false;
  worker_->begin_stop([&] { gone = Patient::alive.expired(); });
  executor_.advance(30s);
  EXPECT_TRUE(gone);
  worker_ = nullptr;
}

}  // namespace
}  // namespace temporal::worker
