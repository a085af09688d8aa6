// Temporal's feature tests: activity/shutdown, worker_shutdown/, eager_activity/.
#include <atomic>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using temporal::testing::WorldTest;
using worker::ActivityContext;

class FeaturesShutdown : public WorldTest {};

constexpr wf::Activity<int(int)> quick{"quick"};
struct Busy {
  wf::Task<int> run(int times) {
    for (int i = 0; i < times; ++i) {
      co_await wf::sleep(5ms);
      auto call = quick.start(i, wf::ActivityOptions().timeout(10s));
      wf::Outcome<int> outcome = co_await call;
      outcome.value();
    }
    co_return times;
  }
  static wf::Definition<Busy> definition() { return wf::define("Busy", &Busy::run); }
};

// No task is lost when workers that are busy stop, one after the other.
TEST_F(FeaturesShutdown, PollsCompleteOnShutdown) {
  std::atomic<int> done = 0;
  const auto fill = [&](worker::Worker& worker) {
    worker.add<Busy>().add(quick, [&](int n) {
      ++done;
      return n;
    });
  };
  start_worker(fill);
  std::vector<client::WorkflowHandle> runs;
  for (int i = 0; i < 4; ++i) runs.push_back(start(&Busy::run, 20));
  for (int target = 10; target <= 30; target += 10) {
    ASSERT_TRUE(world_->wait_for([&] { return done >= target; }));
    stop_workers();
    start_worker(fill);
  }
  for (const auto& run : runs) {
    EXPECT_EQ(run.result<int>()->value(), 20);
    EXPECT_EQ(events(run).find("ActivityTaskTimedOut"), std::string::npos) << events(run);
  }
}

// A worker without activities: none is given to it, though its answers ask for them.
struct Unserved {
  wf::Task<std::string> run() {
    auto call = quick.start(1, wf::ActivityOptions().total(1s));
    wf::Outcome<int> outcome = co_await call;
    co_return outcome.failure().text();
  }
  static wf::Definition<Unserved> definition() { return wf::define("Unserved", &Unserved::run); }
};

TEST_F(FeaturesShutdown, EagerActivityNonRemoteActivitiesWorker) {
  start_worker([](worker::Worker& worker) { worker.add<Unserved>(); });
  const auto run = start(&Unserved::run);
  const std::string text = run.result<std::string>()->value();
  EXPECT_NE(text.find("schedule to"), std::string::npos) << text;
  EXPECT_EQ(events(run).find("ActivityTaskStarted"), std::string::npos);
}

struct Timers {
  wf::Task<std::string> run() {
    const TimePoint begin = wf::now();
    auto canceled = wf::sleep(60s);
    auto fires = wf::sleep(200ms);
    canceled.cancel();
    auto settled = wf::settled(canceled);
    co_await settled;
    const bool at_once = wf::now() - begin < 100ms;
    co_await fires;
    const bool late = wf::now() - begin >= 200ms;
    co_return std::string(at_once ? "at once" : "waited") + (late ? ", fired" : ", early");
  }
  static wf::Definition<Timers> definition() { return wf::define("Timers", &Timers::run); }
};

TEST_F(FeaturesShutdown, Timer) {
  start_worker([](worker::Worker& worker) { worker.add<Timers>(); });
  const auto run = start(&Timers::run);
  EXPECT_EQ(run.result<std::string>()->value(), "at once, fired");
  EXPECT_NE(events(run).find("TimerFired"), std::string::npos);
}

}  // namespace
