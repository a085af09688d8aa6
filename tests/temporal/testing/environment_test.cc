// What a test of a user's workflows stands on: time passes without being waited for, nothing hangs,
// and the same test gives the same history.
#include "temporal/testing/environment.h"

#include <gtest/gtest.h>

#include "temporal/replay/replayer.h"
#include "temporal/workflow/workflow.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using client::ResultOptions;
using client::StartOptions;
using temporal::testing::Environment;
using worker::WorkerOptions;

constexpr wf::Activity<int(int)> add_one{"add_one"};

// Adds one, a month later.
struct Later {
  wf::Task<int> run(int x) {
    co_await wf::sleep(30 * 24h);
    auto call = add_one.start(x, wf::ActivityOptions().timeout(1h));
    wf::Outcome<int> sum = co_await call;
    co_return sum.value();
  }
  static wf::Definition<Later> definition() { return wf::define("Later", &Later::run); }
};

void start_worker(Environment& environment, const std::string& queue) {
  worker::Worker& worker = environment.worker(WorkerOptions(queue));
  worker.add<Later>().add(add_one, [&](int x) {
    environment.pass(10min);
    return x + 1;
  });
  worker.start();
}

TEST(Environment, TimePassesWithoutBeingWaitedFor) {
  Environment environment;
  start_worker(environment, "q");
  const TimePoint start = environment.executor().now();
  const auto run = environment.client().start(&Later::run, StartOptions("a", "q"), 41);
  ASSERT_TRUE(run.ok()) << run.status().text();
  environment.pass(29 * 24h);
  EXPECT_EQ(environment.executor().now() - start, 29 * 24h);
  EXPECT_EQ(run->describe()->status, client::WorkflowStatus::Running);
  EXPECT_EQ(run->result<int>()->value(), 42);
  EXPECT_GE(environment.executor().now() - start, 30 * 24h + 10min);
}

TEST(Environment, ResultThatDoesNotComeIsGivenUp) {
  Environment environment;
  const auto run = environment.client().start(&Later::run, StartOptions("a", "no-worker"), 1);
  const auto result = run->result<int>(ResultOptions().within(30 * 24h));
  EXPECT_EQ(result.status().code, Code::DeadlineExceeded) << result.status().text();
}

TEST(Environment, ConditionThatDoesNotHoldIsGivenUp) {
  Environment environment;
  start_worker(environment, "q");
  const TimePoint start = environment.executor().now();
  EXPECT_FALSE(environment.run_until([] { return false; }, 1h));
  EXPECT_GE(environment.executor().now() - start, 1h);
  EXPECT_TRUE(environment.run_until([] { return true; }));
}

// What happens after the time is not let happen.
TEST(Environment, ConditionThatHoldsLaterDoesNotHold) {
  Environment environment;
  start_worker(environment, "q");
  const TimePoint start = environment.executor().now();
  const auto run = environment.client().start(&Later::run, StartOptions("a", "q"), 1);
  const auto done = [&] { return run->describe()->status != client::WorkflowStatus::Running; };
  EXPECT_FALSE(environment.run_until(done, 24h));
  EXPECT_LE(environment.executor().now() - start, 25h);
}

TEST(Environment, ClosedRunsStay) {
  Environment environment;
  start_worker(environment, "q");
  const auto run = environment.client().start(&Later::run, StartOptions("a", "q"), 1);
  environment.pass(300 * 24h);
  EXPECT_TRUE(run->history().ok());
  Environment forgetful(embedded::Options().retention(1h));
  start_worker(forgetful, "q");
  const auto gone = forgetful.client().start(&Later::run, StartOptions("a", "q"), 1);
  forgetful.pass(300 * 24h);
  EXPECT_EQ(gone->history().status().code, Code::NotFound);
}

TEST(Environment, WorkersAreStoppedInEveryState) {
  Environment environment;
  environment.worker(WorkerOptions("not-started"));
  start_worker(environment, "just-started");
  worker::Worker& stopped = environment.worker(WorkerOptions("stopped"));
  stopped.add<Later>().start();
  environment.pass(1min);
  environment.stop(stopped);
  start_worker(environment, "at-work");
  const auto run = environment.client().start(&Later::run, StartOptions("a", "at-work"), 1);
  environment.pass(1h);
  EXPECT_EQ(run->describe()->status, client::WorkflowStatus::Running);
}

TEST(Environment, SameTestGivesTheSameHistory) {
  const auto history = [] {
    Environment environment;
    start_worker(environment, "q");
    const auto run = environment.client().start(&Later::run, StartOptions("a", "q"), 1);
    EXPECT_EQ(run->result<int>()->value(), 2);
    return replay::history_to_json(**run->history());
  };
  EXPECT_EQ(history(), history());
}

}  // namespace
