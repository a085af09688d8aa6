// The embedded service, workers and clients on real threads.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "temporal/base/thread_executor.h"
#include "temporal/client/client.h"
#include "temporal/embedded/embedded_service.h"
#include "temporal/worker/worker.h"
#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/replay_check.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)

constexpr wf::Activity<int(int)> twice{"twice"};

struct Busy {
  int poked = 0;
  void poke() { ++poked; }
  int count() const { return poked; }
  wf::Task<int> run(int n) {
    std::vector<wf::Handle<int>> calls;
    for (int i = 0; i < n; ++i) {
      calls.push_back(twice.start(i, wf::ActivityOptions().timeout(30s)));
      calls.push_back(twice.start_local(i, wf::LocalActivityOptions().timeout(30s)));
    }
    auto all = wf::all(calls);
    std::vector<wf::Outcome<int>> results = co_await all;
    int sum = 0;
    for (const auto& result : results) sum += result.value();
    co_await wf::sleep(1ms);
    co_return sum;
  }
  static wf::Definition<Busy> definition() {
    return wf::define("Busy", &Busy::run).signal("poke", &Busy::poke).query("count", &Busy::count);
  }
};

// The code blocks, once.
std::atomic<bool> block;
struct Blocking {
  wf::Task<int> run() {
    if (block.exchange(false)) std::this_thread::sleep_for(900ms);
    co_return 1;
  }
  static wf::Definition<Blocking> definition() { return wf::define("Blocking", &Blocking::run); }
};

class WorkersOnThreads : public ::testing::Test {
 protected:
  worker::WorkerOptions options() {
    return worker::WorkerOptions("queue").log([this](wf::LogLevel, std::string_view line) {
      const std::lock_guard lock(mutex_);
      log_ += std::string(line) + "\n";
    });
  }
  ThreadExecutor executor_{3}, activities_{8};
  embedded::EmbeddedService service_{executor_};
  client::Client client_{service_, executor_};
  std::mutex mutex_;
  std::string log_;
};

TEST_F(WorkersOnThreads, TwoWorkersShareTheWork) {
  constexpr int kRuns = 60;
  std::vector<std::unique_ptr<worker::Worker>> workers;
  for (int i = 0; i < 2; ++i) {
    workers.push_back(std::make_unique<worker::Worker>(service_, executor_, activities_,
                                                       options().cached_runs(i == 0 ? 10 : 100)));
    workers.back()->add<Busy>().add(twice, [](int n) { return 2 * n; });
    workers.back()->start();
  }
  std::vector<client::WorkflowHandle> runs;
  for (int i = 0; i < kRuns; ++i) {
    runs.push_back(*client_.start(
        &Busy::run, client::StartOptions("busy-" + std::to_string(i), "queue"), i % 7));
    // It may have ended: this thread is one of many.
    const Status poked = runs.back().signal(&Busy::poke);
    EXPECT_TRUE(poked.ok() || poked.code == Code::NotFound) << poked.text();
    if (i % 5 == 0) (void)runs.back().query(&Busy::count);
  }
  for (int i = 0; i < kRuns; ++i) {
    const int n = i % 7;
    EXPECT_EQ(runs[static_cast<std::size_t>(i)].result<int>()->value(), 2 * n * (n - 1));
    EXPECT_EQ(temporal::testing::check_replays(*runs[static_cast<std::size_t>(i)].history(),
                                               wf::definition_of<Busy>().type()),
              "");
  }
  for (const auto& worker : workers) worker->stop();
}

TEST_F(WorkersOnThreads, CodeThatBlocksIsReportedAndTheRunGoesOn) {
  block = true;
  worker::Worker worker(service_, executor_, activities_, options().deadlock(200ms));
  worker.add<Blocking>();
  worker.start();
  const auto run = client_.start(&Blocking::run, client::StartOptions("blocking", "queue"));
  EXPECT_EQ(run->result<int>()->value(), 1);
  worker.stop();
  EXPECT_NE(log_.find("[TMPRL1101]"), std::string::npos) << log_;
  EXPECT_NE(temporal::testing::events_of(**run->history()).find("WorkflowTaskFailed"),
            std::string::npos);
}

TEST_F(WorkersOnThreads, StoppingAWorkerLetsActivitiesEnd) {
  std::atomic<bool> begun = false;
  auto first =
      std::make_unique<worker::Worker>(service_, executor_, activities_, options().grace(5s));
  first->add<Busy>().add(twice, [&](int n) {
    begun = true;
    std::this_thread::sleep_for(100ms);
    return 2 * n;
  });
  first->start();
  const auto run = client_.start(&Busy::run, client::StartOptions("stop", "queue"), 2);
  while (!begun) std::this_thread::sleep_for(1ms);
  first->stop();
  EXPECT_EQ(first->at_work(), 0);
  worker::Worker second(service_, executor_, activities_, options());
  second.add<Busy>().add(twice, [](int n) { return 2 * n; });
  second.start();
  EXPECT_EQ(run->result<int>()->value(), 4);
  second.stop();
}

}  // namespace
