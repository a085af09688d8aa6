// Workers that stop while activities are at work, each on a thread of its own.
#include <atomic>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using temporal::testing::WorldTest;
using worker::ActivityContext;

class BusyWorkers : public WorldTest {};

constexpr wf::Activity<std::string(std::string)> endless{"endless"};
constexpr wf::Activity<int(int)> stop_worker{"stop_worker"};

struct Several {
  wf::Task<std::vector<std::string>> run() {
    std::vector<wf::Handle<std::string>> calls;
    for (const char* how : {"gives up", "succeeds", "fails", "ignores"}) {
      calls.push_back(endless.start(how, wf::ActivityOptions().timeout(4s).attempts(1)));
    }
    auto stop = stop_worker.start(1, wf::ActivityOptions().timeout(10s));
    auto all = wf::all(calls);
    std::vector<wf::Outcome<std::string>> outcomes = co_await all;
    std::vector<std::string> texts;
    for (const auto& one : outcomes) {
      texts.push_back(one.ok() ? one.value() : one.failure().root().text());
    }
    wf::Outcome<int> stopped = co_await stop;
    stopped.value();
    co_return texts;
  }
  static wf::Definition<Several> definition() { return wf::define("Several", &Several::run); }
};

// Told to end when the grace period is over, each in its own way; a worker that stops answers for
// all of them, but for one that takes longer than its timeout.
TEST_F(BusyWorkers, TellActivitiesToEndAndAnswerForThem) {
  std::atomic<int> at_work = 0;
  std::atomic<bool> stopped = false, heartbeat_while_stopping = false;
  worker::Worker* worker = nullptr;
  const auto work = [&](ActivityContext& context, const std::string& how) -> Outcome<std::string> {
    ++at_work;
    for (int i = 0; i < 300 && !context.canceled(); ++i) {
      context.heartbeat(i);
      world_->pass(20ms);
    }
    EXPECT_TRUE(context.canceled());
    context.heartbeat(-1);
    heartbeat_while_stopping = true;
    if (how == "gives up") return Failure::canceled("the worker stops");
    if (how == "fails") return Failure("could not end in time", "Hurried");
    if (how == "ignores") {
      for (int i = 0; i < 60; ++i) world_->pass(100ms);
    }
    return std::string("ended");
  };
  worker = &start_worker(options().grace(300ms), [&](worker::Worker& one) {
    one.add<Several>().add(endless, work).add(stop_worker, [&](int) {
      for (int i = 0; i < 300 && at_work < 4; ++i) world_->pass(10ms);
      worker->begin_stop([&] { stopped = true; });
      return 1;
    });
  });
  const auto run = start(&Several::run);
  ASSERT_TRUE(world_->wait_for([&] { return stopped.load(); }));
  EXPECT_EQ(worker->at_work(), 0);
  workers_.clear();
  EXPECT_TRUE(heartbeat_while_stopping);
  start_worker([](worker::Worker& next) { next.add<Several>(); });
  const auto texts = run.result<std::vector<std::string>>()->value();
  ASSERT_EQ(texts.size(), 4U);
  EXPECT_NE(texts[0].find("the worker stop"), std::string::npos) << texts[0];
  EXPECT_EQ(texts[1], "ended");
  EXPECT_EQ(texts[2], "Hurried: could not end in time");
  EXPECT_NE(texts[3].find("timeout"), std::string::npos) << texts[3];
}

}  // namespace
