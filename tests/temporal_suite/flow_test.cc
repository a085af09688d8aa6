// How a workflow's code flows: timers, conditions, several waits at once, scopes, cancellation,
// further runs, patches, and what is the same on replay.
#include <algorithm>
#include <set>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using temporal::testing::WorldTest;

class Flow : public WorldTest {};

constexpr wf::Activity<int(int)> work{"work"};

void add_work(worker::Worker& worker) {
  worker.add(work, [](int n) { return n * n; });
}

struct Waits {
  bool flag = false;
  wf::Task<std::string> run() {
    std::string text;
    auto short_timer = wf::sleep(50ms);
    auto long_timer = wf::sleep(60s);
    auto first = wf::any(long_timer, short_timer);
    const std::size_t which = co_await first;
    text += std::to_string(which);
    long_timer.cancel();
    auto never = wf::until([this] { return flag; }, 50ms);
    const bool held = co_await never;
    text += held ? "y" : "n";
    auto at_once = wf::until([] { return true; }, 50ms);
    const bool holds = co_await at_once;
    text += holds ? "y" : "n";
    std::vector<wf::Handle<int>> calls;
    for (int i = 0; i < 5; ++i) calls.push_back(work.start(i, wf::ActivityOptions().timeout(10s)));
    auto all = wf::all(calls);
    std::vector<wf::Outcome<int>> squares = co_await all;
    for (const auto& square : squares) text += "," + std::to_string(square.value());
    co_await wf::sleep(0s);
    co_return text;
  }
  static wf::Definition<Waits> definition() { return wf::define("Waits", &Waits::run); }
};

TEST_F(Flow, WaitsForOneForAllAndForConditions) {
  start_worker([](worker::Worker& worker) {
    worker.add<Waits>();
    add_work(worker);
  });
  EXPECT_EQ(start(&Waits::run).result<std::string>()->value(), "1ny,0,1,4,9,16");
}

// Works until it is canceled, then cleans up.
struct Cleaning {
  wf::Task<> forever() {
    while (true) co_await wf::sleep(60s);
  }
  wf::Task<> run() {
    auto endless = forever();
    auto end = wf::settled(endless);
    co_await end;
    auto cleanup = work.start(3, wf::ActivityOptions().timeout(10s).scope(wf::Scope::detached()));
    wf::Outcome<int> cleaned = co_await cleanup;
    cleaned.value();
    wf::throw_if_canceled();
  }
  static wf::Definition<Cleaning> definition() { return wf::define("Cleaning", &Cleaning::run); }
};

TEST_F(Flow, CancellationCleansUp) {
  start_worker([](worker::Worker& worker) {
    worker.add<Cleaning>();
    add_work(worker);
  });
  const auto run = start(&Cleaning::run);
  ASSERT_TRUE(
      world_->wait_for([&] { return events(run).find("TimerStarted") != std::string::npos; }));
  EXPECT_TRUE(run.cancel().ok());
  EXPECT_EQ(run.result<void>()->failure().kind(), FailureKind::Canceled);
  EXPECT_NE(events(run).find("WorkflowExecutionCanceled"), std::string::npos);
  EXPECT_NE(events(run).find("TimerCanceled"), std::string::npos);
}

struct Counting {
  int restored = 0;
  wf::Task<int> run(int from, std::string tag) {
    if (wf::info().memo.contains("note")) ++restored;
    if (from < 3) wf::continue_as_new(&Counting::run, from + 1, tag + "x");
    co_return from * 10 + static_cast<int>(tag.size());
  }
  static wf::Definition<Counting> definition() { return wf::define("Counting", &Counting::run); }
};

TEST_F(Flow, ContinuesAsNew) {
  start_worker([](worker::Worker& worker) { worker.add<Counting>(); });
  const auto run = start(&Counting::run, 0, "");
  EXPECT_EQ(run.result<int>()->value(), 33);
  EXPECT_NE(events(run).find("WorkflowExecutionContinuedAsNew"), std::string::npos);
}

struct Throwing {
  wf::Task<int> run(int how) {
    co_await wf::sleep(10ms);
    if (how == 0) co_return wf::fail("said no", "No");
    if (how == 1) throw FailureError(Failure("threw", "Thrown"));
    co_return how;
  }
  static wf::Definition<Throwing> definition() { return wf::define("Throwing", &Throwing::run); }
};

TEST_F(Flow, WorkflowsFail) {
  start_worker([](worker::Worker& worker) { worker.add<Throwing>(); });
  EXPECT_EQ(start(&Throwing::run, 0).result<int>()->failure().type(), "No");
  EXPECT_EQ(start(&Throwing::run, 1).result<int>()->failure().type(), "Thrown");
  EXPECT_EQ(start(&Throwing::run, 2).result<int>()->value(), 2);
}

struct Seeded {
  wf::Task<std::vector<std::string>> run() {
    std::vector<std::string> all;
    for (int i = 0; i < 3; ++i) {
      all.push_back(wf::uuid());
      all.push_back(std::to_string(wf::now().time_since_epoch().count()));
      wf::Random random;
      all.push_back(std::to_string(random()));
      co_await wf::sleep(10ms);
    }
    co_return all;
  }
  static wf::Definition<Seeded> definition() { return wf::define("Seeded", &Seeded::run); }
};

// That the values are the same on replay is what every test's end checks.
TEST_F(Flow, TimeAndRandomnessAreTheRunsOwn) {
  start_worker([](worker::Worker& worker) { worker.add<Seeded>(); });
  const auto first = start(&Seeded::run).result<std::vector<std::string>>()->value();
  const auto second = start(&Seeded::run).result<std::vector<std::string>>()->value();
  std::set<std::string> different(first.begin(), first.end());
  different.insert(second.begin(), second.end());
  EXPECT_EQ(different.size(), 18U);
}

struct Attributed {
  wf::Task<std::string> run() {
    wf::upsert(wf::SearchAttributes().keyword("Colour", "red").integer("Size", 3));
    wf::upsert_memo("note", encode("hello"));
    co_await wf::sleep(10ms);
    wf::upsert(wf::SearchAttributes().unset("Size"));
    const bool has_size = wf::info().search_attributes.contains("Size");
    co_return wf::info().search_attributes.get<std::string>("Colour") + (has_size ? "+" : "-");
  }
  static wf::Definition<Attributed> definition() {
    return wf::define("Attributed", &Attributed::run);
  }
};

TEST_F(Flow, SearchAttributesAndMemoAreSet) {
  start_worker([](worker::Worker& worker) { worker.add<Attributed>(); });
  const auto run = start(&Attributed::run);
  EXPECT_EQ(run.result<std::string>()->value(), "red-");
  const auto description = run.describe();
  ASSERT_TRUE(description.ok());
  EXPECT_EQ(description->search_attributes.get<std::string>("Colour"), "red");
  EXPECT_FALSE(description->search_attributes.contains("Size"));
  EXPECT_EQ(decode<std::string>(description->memo.at("note")), "hello");
}

struct Patched {
  wf::Task<std::string> run() {
    const bool first = wf::patched("first");
    co_await wf::sleep(10ms);
    const bool second = wf::patched("second");
    const bool again = wf::patched("first");
    wf::deprecate_patch("third");
    co_return std::string(first ? "1" : "0") + (second ? "1" : "0") + (again ? "1" : "0");
  }
  static wf::Definition<Patched> definition() { return wf::define("Patched", &Patched::run); }
};

TEST_F(Flow, NewRunsTakePatchedCode) {
  start_worker([](worker::Worker& worker) { worker.add<Patched>(); });
  EXPECT_EQ(start(&Patched::run).result<std::string>()->value(), "111");
}

// The same code without a cache: every task replays from the start.
TEST_F(Flow, WithoutACacheEveryTaskReplays) {
  start_worker(options().cached_runs(0), [](worker::Worker& worker) {
    worker.add<Waits>().add<Seeded>().add<Patched>();
    add_work(worker);
  });
  EXPECT_EQ(start(&Waits::run).result<std::string>()->value(), "1ny,0,1,4,9,16");
  EXPECT_EQ(start(&Patched::run).result<std::string>()->value(), "111");
  EXPECT_EQ(start(&Seeded::run).result<std::vector<std::string>>()->value().size(), 9U);
}

// More runs than fit: those that are pushed out come back by replay.
TEST_F(Flow, ASmallCachePushesRunsOut) {
  start_worker(options().cached_runs(2), [](worker::Worker& worker) { worker.add<Seeded>(); });
  std::vector<client::WorkflowHandle> runs;
  for (int i = 0; i < 8; ++i) runs.push_back(start(&Seeded::run));
  for (const auto& run : runs) {
    EXPECT_EQ(run.result<std::vector<std::string>>()->value().size(), 9U);
  }
}

}  // namespace
