// Local activities: results, retries in the worker and by timers, and tasks kept alive for them.
#include <atomic>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using temporal::testing::WorldTest;
using worker::ActivityContext;

class LocalActivities : public WorldTest {};

constexpr wf::Activity<int(int)> work{"work"};

struct Several {
  wf::Task<std::string> run() {
    std::vector<wf::Handle<int>> calls;
    for (int i = 0; i < 4; ++i) {
      calls.push_back(work.start_local(i, wf::LocalActivityOptions().timeout(10s)));
    }
    auto all = wf::all(calls);
    std::vector<wf::Outcome<int>> results = co_await all;
    std::string text;
    for (const auto& one : results) text += std::to_string(one.value());
    auto timer = wf::sleep(10ms);
    co_await timer;
    auto last = work.start_local(9, wf::LocalActivityOptions().timeout(10s));
    wf::Outcome<int> nine = co_await last;
    text += std::to_string(nine.value());
    co_return text;
  }
  static wf::Definition<Several> definition() { return wf::define("Several", &Several::run); }
};

TEST_F(LocalActivities, GiveResultsInTheOrderTheyEnd) {
  start_worker([&](worker::Worker& worker) {
    worker.add<Several>().add(work, [&](int n) {
      world_->pass(std::chrono::milliseconds(5 * (4 - n % 5)));
      return n;
    });
  });
  const auto run = start(&Several::run);
  EXPECT_EQ(run.result<std::string>()->value(), "01239");
  EXPECT_EQ(events(run).find("ActivityTaskScheduled"), std::string::npos);
}

struct Retried {
  wf::Task<int> run(bool timer) {
    auto call =
        work.start_local(0, wf::LocalActivityOptions()
                                .timeout(10s)
                                .retry(wf::RetryPolicy().initial_interval(60ms).max_attempts(4))
                                .timer_above(timer ? wf::Duration(50ms) : wf::Duration(10s)));
    wf::Outcome<int> outcome = co_await call;
    co_return outcome.value();
  }
  static wf::Definition<Retried> definition() { return wf::define("Retried", &Retried::run); }
};

TEST_F(LocalActivities, AreTriedAgainInTheWorkerOrAfterATimer) {
  start_worker([](worker::Worker& worker) {
    worker.add<Retried>().add(work, [](const ActivityContext& context, int) -> int {
      if (context.info().attempt < 3) throw std::runtime_error("not yet");
      return context.info().attempt;
    });
  });
  const auto here = start(&Retried::run, false);
  EXPECT_EQ(here.result<int>()->value(), 3);
  EXPECT_EQ(events(here).find("TimerStarted"), std::string::npos);
  const auto timed = start(&Retried::run, true);
  EXPECT_EQ(timed.result<int>()->value(), 3);
  EXPECT_NE(events(timed).find("TimerFired"), std::string::npos);
}

TEST_F(LocalActivities, FailTheWorkflowWhenTheirAttemptsAreUsedUp) {
  start_worker([](worker::Worker& worker) {
    worker.add<Retried>().add(work, [](int) -> Outcome<int> { return Failure("no", "No"); });
  });
  const auto outcome = start(&Retried::run, false).result<int>();
  EXPECT_EQ(outcome->failure().root().type(), "No");
}

struct Slow {
  int signals = 0;
  void poke() { ++signals; }
  wf::Task<std::string> run() {
    auto call = work.start_local(1, wf::LocalActivityOptions().timeout(30s));
    auto timer = wf::sleep(50ms);
    wf::Outcome<int> outcome = co_await call;
    const bool fired = timer.done();
    co_return std::to_string(outcome.value()) + (fired ? " fired " : " ") + std::to_string(signals);
  }
  static wf::Definition<Slow> definition() {
    return wf::define("Slow", &Slow::run).signal("poke", &Slow::poke);
  }
};

TEST_F(LocalActivities, ThatTakeLongerThanATaskKeepItAlive) {
  std::atomic<bool> begun = false;
  start_worker([&](worker::Worker& worker) {
    worker.add<Slow>().add(work, [&](int n) {
      begun = true;
      world_->pass(2500ms);
      return n;
    });
  });
  const auto run = start_with(start_options().task_timeout(1s), &Slow::run);
  ASSERT_TRUE(world_->wait_for([&] { return begun.load(); }));
  EXPECT_TRUE(run.signal(&Slow::poke).ok());
  EXPECT_EQ(run.result<std::string>()->value(), "1 fired 1");
  EXPECT_EQ(events(run).find("WorkflowTaskTimedOut"), std::string::npos) << events(run);
}

struct Late {
  wf::Task<std::string> run() {
    auto call = work.start_local(1, wf::LocalActivityOptions().timeout(200ms).attempts(1));
    wf::Outcome<int> outcome = co_await call;
    co_return outcome.failure().text();
  }
  static wf::Definition<Late> definition() { return wf::define("Late", &Late::run); }
};

TEST_F(LocalActivities, TimeOut) {
  start_worker([&](worker::Worker& worker) {
    worker.add<Late>().add(work, [&](const ActivityContext& context, int n) {
      for (int i = 0; i < 20 && !context.canceled(); ++i) world_->pass(50ms);
      return n;
    });
  });
  EXPECT_NE(start(&Late::run).result<std::string>()->value().find("start to close"),
            std::string::npos);
}

struct Crowd {
  wf::Task<int> run() {
    const auto options = wf::LocalActivityOptions().timeout(30s);
    wf::Scope unwanted;
    auto first = work.start_local(1, options);
    auto second = work.start_local(2, wf::LocalActivityOptions(options).scope(unwanted));
    auto third = work.start_local(4, options);
    co_await wf::sleep(50ms);
    unwanted.cancel();
    wf::Outcome<int> one = co_await first;
    wf::Outcome<int> four = co_await third;
    co_return one.value() + four.value();
  }
  static wf::Definition<Crowd> definition() { return wf::define("Crowd", &Crowd::run); }
};

// The slot that was to be its own goes to the next.
TEST_F(LocalActivities, CanceledWhileItWaitsForASlotHoldsUpNone) {
  start_worker(options().local_slots(1), [&](worker::Worker& worker) {
    worker.add<Crowd>().add(work, [&](int n) {
      world_->pass(n == 1 ? 2500ms : 10ms);
      return n;
    });
  });
  const auto run = start_with(start_options().task_timeout(1s).run_timeout(20s), &Crowd::run);
  EXPECT_EQ(run.result<int>()->value(), 5);
}

struct Stubborn {
  wf::Task<int> run() {
    auto call = work.start_local(1, wf::LocalActivityOptions().timeout(10s).retry(
                                        wf::RetryPolicy().initial_interval(200ms).backoff(1)));
    wf::Outcome<int> outcome = co_await call;
    co_return outcome.value();
  }
  static wf::Definition<Stubborn> definition() { return wf::define("Stubborn", &Stubborn::run); }
};

// The task is left to another worker.
TEST_F(LocalActivities, ThatNeverSucceedDoNotKeepTheWorkerFromStopping) {
  std::atomic<int> attempts = 0;
  start_worker(options().grace(2s), [&](worker::Worker& worker) {
    worker.add<Stubborn>().add(work, [&](int n) -> int {
      if (++attempts > 0) throw std::runtime_error("not here");
      return n;
    });
  });
  const auto run = start_with(start_options().task_timeout(1s), &Stubborn::run);
  ASSERT_TRUE(world_->wait_for([&] { return attempts > 2; }));
  const TimePoint begun = world_->executor().now();
  world_->stop(*workers_[0]);
  EXPECT_LT(world_->executor().now() - begun, 10s);
  ASSERT_EQ(workers_[0]->at_work(), 0);
  workers_.clear();
  start_worker(
      [](worker::Worker& worker) { worker.add<Stubborn>().add(work, [](int n) { return n; }); });
  EXPECT_EQ(run.result<int>()->value(), 1);
}

struct Lasting {
  wf::Task<int> run() {
    auto call = work.start_local(1, wf::LocalActivityOptions().timeout(10s).attempts(1));
    wf::Outcome<int> outcome = co_await call;
    co_return outcome.value();
  }
  static wf::Definition<Lasting> definition() { return wf::define("Lasting", &Lasting::run); }
};

// The run that waits for it is kept from one task to the next, though nothing else is.
TEST_F(LocalActivities, LongOnesEndWithoutACache) {
  std::atomic<int> calls = 0;
  start_worker(options().cached_runs(0), [&](worker::Worker& worker) {
    worker.add<Lasting>().add(work, [&](int n) {
      ++calls;
      world_->pass(2500ms);
      return n;
    });
  });
  const auto run = start_with(start_options().task_timeout(1s).run_timeout(20s), &Lasting::run);
  EXPECT_EQ(run.result<int>()->value(), 1);
  EXPECT_EQ(calls, 1);
}

}  // namespace
