// Temporal's feature tests: local_activity/, but for what local_activities_test.cc has.
#include <atomic>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using temporal::testing::WorldTest;
using worker::ActivityContext;

class FeaturesLocalActivity : public WorldTest {
 protected:
  int markers(const client::WorkflowHandle& run) {
    int count = 0;
    const auto history = run.history();
    for (const auto& event : (*history)->events()) {
      count += event.has_marker_recorded_event_attributes() ? 1 : 0;
    }
    return count;
  }
};

constexpr wf::Activity<int(int)> work{"work"};

struct Serial {
  wf::Task<int> run() {
    int sum = 0;
    for (int i = 1; i <= 3; ++i) {
      auto call = work.start_local(i, wf::LocalActivityOptions().timeout(10s));
      wf::Outcome<int> outcome = co_await call;
      sum += outcome.value();
    }
    co_return sum;
  }
  static wf::Definition<Serial> definition() { return wf::define("Serial", &Serial::run); }
};

// Also complete_immediately: all in the first task.
TEST_F(FeaturesLocalActivity, Serial) {
  start_worker(
      [](worker::Worker& worker) { worker.add<Serial>().add(work, [](int n) { return n; }); });
  const auto run = start(&Serial::run);
  EXPECT_EQ(run.result<int>()->value(), 6);
  EXPECT_EQ(events(run),
            "1 WorkflowExecutionStarted\n2 WorkflowTaskScheduled\n3 WorkflowTaskStarted\n"
            "4 WorkflowTaskCompleted\n5 MarkerRecorded\n6 MarkerRecorded\n7 MarkerRecorded\n"
            "8 WorkflowExecutionCompleted\n");
}

struct Retried {
  wf::Task<std::string> run() {
    auto call = work.start_local(
        1, wf::LocalActivityOptions().timeout(10s).retry(
               wf::RetryPolicy().initial_interval(1ms).backoff(1).max_attempts(5).non_retryable(
                   "Hopeless")));
    wf::Outcome<int> outcome = co_await call;
    co_return outcome.failure().root().message();
  }
  static wf::Definition<Retried> definition() { return wf::define("Retried", &Retried::run); }
};

class FeaturesLocalActivityRetry : public FeaturesLocalActivity {
 protected:
  // How often it was tried.
  int run(const Failure& failure) {
    std::atomic<int> calls = 0;
    start_worker([&](worker::Worker& worker) {
      worker.add<Retried>().add(work, [&, failure](int) -> Outcome<int> {
        ++calls;
        return failure;
      });
    });
    const auto run = start(&Retried::run);
    EXPECT_EQ(run.result<std::string>()->value(), "no");
    EXPECT_EQ(markers(run), 1);
    return calls;
  }
};

TEST_F(FeaturesLocalActivityRetry, RetryOnError) {
  EXPECT_EQ(run(Failure("no", "Temporary")), 5);
}
TEST_F(FeaturesLocalActivityRetry, NonRetryableErrorFromActivity) {
  EXPECT_EQ(run(Failure("no", "Temporary").non_retryable()), 1);
}
TEST_F(FeaturesLocalActivityRetry, NonRetryableErrorInOptions) {
  EXPECT_EQ(run(Failure("no", "Hopeless")), 1);
}

struct Mixed {
  wf::Task<std::string> run() {
    const auto options = wf::LocalActivityOptions().timeout(10s).retry(
        wf::RetryPolicy().initial_interval(1ms).max_attempts(2));
    auto good = work.start_local(1, options);
    auto bad = work.start_local(-1, options);
    wf::Outcome<int> one = co_await good;
    wf::Outcome<int> other = co_await bad;
    co_return std::to_string(one.value()) + (other.ok() ? " ok" : " failed");
  }
  static wf::Definition<Mixed> definition() { return wf::define("Mixed", &Mixed::run); }
};

TEST_F(FeaturesLocalActivity, OneSuccessOneFail) {
  start_worker([](worker::Worker& worker) {
    worker.add<Mixed>().add(work, [](int n) -> Outcome<int> {
      if (n < 0) return Failure("no");
      return n;
    });
  });
  const auto run = start(&Mixed::run);
  EXPECT_EQ(run.result<std::string>()->value(), "1 failed");
  EXPECT_EQ(markers(run), 2);
}

// Cancels a local activity that is at work, after a timer.
struct Cancels {
  wf::Task<std::string> run(int mode) {
    const wf::Scope scope;
    auto call = work.start_local(
        1, wf::LocalActivityOptions().timeout(20s).attempts(1).scope(scope).on_cancel(
               static_cast<wf::OnCancel>(mode)));
    co_await wf::sleep(20ms);
    scope.cancel();
    wf::Outcome<int> outcome = co_await call;
    if (outcome.ok()) co_return "value " + std::to_string(outcome.value());
    co_return outcome.failure().is_canceled() ? "canceled" : outcome.failure().text();
  }
  static wf::Definition<Cancels> definition() { return wf::define("Cancels", &Cancels::run); }
};

class FeaturesLocalActivityCancel : public FeaturesLocalActivity {
 protected:
  std::string run(wf::OnCancel mode) {
    start_worker([&](worker::Worker& worker) {
      worker.add<Cancels>().add(work, [&](const ActivityContext& context, int) {
        for (int i = 0; i < 200 && !context.canceled(); ++i) world_->pass(20ms);
        was_asked = context.canceled();
        ended = true;
        return 7;
      });
    });
    const auto run =
        start_with(start_options().task_timeout(1s), &Cancels::run, static_cast<int>(mode));
    const std::string text = run.result<std::string>()->value();
    EXPECT_TRUE(world_->wait_for([&] { return ended.load(); }));
    EXPECT_EQ(markers(run), 1) << events(run);
    return text;
  }
  std::atomic<bool> was_asked = false, ended = false;
};

TEST_F(FeaturesLocalActivityCancel, TryCancel) {
  EXPECT_EQ(run(wf::OnCancel::Try), "canceled");
  EXPECT_TRUE(was_asked);
}
TEST_F(FeaturesLocalActivityCancel, WaitCompleted) {
  EXPECT_EQ(run(wf::OnCancel::Wait), "value 7");
  EXPECT_TRUE(was_asked);
}
TEST_F(FeaturesLocalActivityCancel, Abandon) {
  EXPECT_EQ(run(wf::OnCancel::Abandon), "canceled");
  EXPECT_FALSE(was_asked);
}

// Between two attempts, that the worker or a timer of the workflow waits for.
struct CancelsFailing {
  wf::Task<std::string> run(bool timer) {
    const wf::Scope scope;
    auto call = work.start_local(1, wf::LocalActivityOptions()
                                        .timeout(10s)
                                        .scope(scope)
                                        .retry(wf::RetryPolicy().initial_interval(30s))
                                        .timer_above(timer ? wf::Duration(1s) : wf::Duration(60s)));
    co_await wf::sleep(100ms);
    scope.cancel();
    wf::Outcome<int> outcome = co_await call;
    co_return outcome.failure().is_canceled() ? "canceled" : outcome.failure().text();
  }
  static wf::Definition<CancelsFailing> definition() {
    return wf::define("CancelsFailing", &CancelsFailing::run);
  }
};

TEST_F(FeaturesLocalActivity, CancelFailing) {
  start_worker([](worker::Worker& worker) {
    worker.add<CancelsFailing>().add(work, [](int) -> int { throw std::runtime_error("not yet"); });
  });
  const auto local = start_with(start_options().task_timeout(1s), &CancelsFailing::run, false);
  EXPECT_EQ(local.result<std::string>()->value(), "canceled");
  const auto timed = start_with(start_options().task_timeout(1s), &CancelsFailing::run, true);
  EXPECT_EQ(timed.result<std::string>()->value(), "canceled");
  EXPECT_NE(events(timed).find("TimerCanceled"), std::string::npos) << events(timed);
}

// One that is at work when the worker stops ends in its own time, and its task is answered.
TEST_F(FeaturesLocalActivity, CompleteAfterShutdown) {
  std::atomic<bool> stopped = false;
  std::atomic<int> calls = 0;
  worker::Worker* worker = nullptr;
  worker = &start_worker([&](worker::Worker& one) {
    one.add<Serial>().add(work, [&](int n) {
      if (++calls == 1) worker->begin_stop([&] { stopped = true; });
      world_->pass(50ms);
      return n;
    });
  });
  const auto run = start(&Serial::run);
  ASSERT_TRUE(world_->wait_for([&] { return stopped.load(); }));
  workers_.clear();
  start_worker([](worker::Worker& next) { next.add<Serial>().add(work, [](int n) { return n; }); });
  EXPECT_EQ(run.result<int>()->value(), 6);
}

}  // namespace
