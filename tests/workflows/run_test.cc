// Which steps a run takes, in which order, and what it does when something else happens than the
// plan said.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "serving/progress.h"
#include "tests/workflows/fake_steps.h"

namespace almanac {
namespace {

using Log = std::vector<std::string>;
using temporal::Failure;
using temporal::Outcome;

Log sorted(Log log) {
  std::sort(log.begin(), log.end());
  return log;
}

size_t count(const Log& log, const std::string& line) {
  return static_cast<size_t>(std::count(log.begin(), log.end(), line));
}

PassPlan plan_of(uint64_t slices) {
  PassPlan plan;
  for (uint64_t day = 0; day < slices; ++day) plan.slices.push_back({"a", day, day + 1, 1});
  return plan;
}

TEST(Run, PlansComputesAndFinishes) {
  FakeSteps steps;
  Engine engine(steps);
  EXPECT_TRUE(engine.end(engine.start()).ok());
  EXPECT_EQ(steps.log,
            (Log{"begin 0 level 0", "plan 0/0", "compute a 0", "compute b 0", "finish"}));
}

TEST(Run, ThatHasNothingToDoCostsTwoSteps) {
  FakeSteps steps;
  steps.begin = [](const BeginOrder& order) { return Begun{{order.order, 7}}; };
  Engine engine(steps);
  EXPECT_TRUE(engine.end(engine.start()).ok());
  EXPECT_EQ(steps.log, (Log{"begin 0 level 0", "finish"}));
}

TEST(Run, BeginsAPassWhenTheChunkBeforeIsThroughWithIt) {
  FakeSteps steps;
  steps.begin = [](const BeginOrder& order) {
    Begun begun{{order.order, 7, order.number}};
    if (order.number == 0) begun.chunks = {{0, 4, {0, 1}}, {4, 8, {0, 2}}, {8, 9, {1}}};
    return begun;
  };
  Engine engine(steps);
  EXPECT_TRUE(engine.end(engine.start()).ok());
  auto at = [&](const std::string& line) {
    const auto found = std::find(steps.log.begin(), steps.log.end(), line);
    EXPECT_NE(found, steps.log.end()) << line;
    return found - steps.log.begin();
  };
  EXPECT_LT(at("plan 0/0"), at("plan 4/0"));
  EXPECT_LT(at("plan 0/1"), at("plan 8/1"));
  EXPECT_LT(at("plan 0/1"), at("plan 4/2"));
  EXPECT_EQ(count(steps.log, "finish"), 1u);
}

TEST(Run, PlansAgainWhatASliceHasLeft) {
  FakeSteps steps;
  int left = 2;
  steps.compute = [&](const SliceOrder&) {
    Done done;
    done.computed = 1;
    done.left = left-- > 0 ? 1 : 0;
    return Outcome<Done>(done);
  };
  Engine engine(steps);
  EXPECT_TRUE(engine.end(engine.start()).ok());
  EXPECT_EQ(count(steps.log, "plan 0/0"), 2u);
}

TEST(Run, GivesAPassUpThatGetsNowhere) {
  FakeSteps steps;
  steps.compute = [](const SliceOrder&) {
    Done done;
    done.left = 4;
    return Outcome<Done>(done);
  };
  Engine engine(steps);
  EXPECT_TRUE(engine.end(engine.start()).ok());
  EXPECT_EQ(count(steps.log, "plan 0/0"), static_cast<size_t>(kIdleRounds));
  EXPECT_EQ(steps.log.back(), "finish");
}

TEST(Run, OfManyProcessesWaitsForWhatMayPassByItself) {
  FakeSteps steps;
  int failures = 10;
  steps.compute = [&](const SliceOrder& order) -> Outcome<Done> {
    if (failures-- > 0) return Failure("the disk is full", kTemporaryFailure);
    Done done;
    done.computed = order.slice.cells;
    return done;
  };
  Engine engine(steps);
  Order order;
  order.shared = true;
  const auto begun = engine.environment.executor().now();
  EXPECT_TRUE(engine.end(engine.start(order)).ok());
  EXPECT_EQ(count(steps.log, "plan 0/0"), 6u);  // two slices each
  EXPECT_GE(engine.environment.executor().now() - begun, 5min);
}

TEST(Run, OfOneProcessEndsAndSaysWhy) {
  FakeSteps steps;
  steps.compute = [](const SliceOrder&) -> Outcome<Done> {
    return Failure("the disk is full", kTemporaryFailure);
  };
  Engine engine(steps);
  const auto outcome = engine.end(engine.start());
  ASSERT_FALSE(outcome.ok());
  const Error error = error_of(outcome.failure());
  EXPECT_EQ(error.kind, Error::Kind::Temporary);
  EXPECT_EQ(error.message, "the disk is full");
  EXPECT_EQ(steps.log.back(), "finish");  // the lease is given back
}

TEST(Run, LooksAtTheDataAgainTwiceWhileTheyMove) {
  FakeSteps steps;
  steps.begin = [](const BeginOrder& order) {
    Begun begun{{order.order, 7, order.number}};
    begun.chunks = {{0, 4, {0}}};
    return begun;
  };
  steps.compute = [](const SliceOrder&) {
    Done done;
    done.moved = true;
    return Outcome<Done>(done);
  };
  Engine engine(steps);
  const auto tally = engine.end(engine.start());
  ASSERT_TRUE(tally.ok());
  EXPECT_TRUE(tally.value().moved);
  EXPECT_EQ(count(steps.log, "begin 0 level 0") + count(steps.log, "begin 1 level 0") +
                count(steps.log, "begin 2 level 0"),
            3u);
  EXPECT_EQ(count(steps.log, "plan 0/0"), 3u);
}

TEST(Run, TriesInterruptedCellsInSweepsOfTheirOwn) {
  FakeSteps steps;
  steps.begin = [](const BeginOrder& order) {
    Begun begun{{order.order, 7, order.number, order.level}};
    begun.chunks = {{0, 4, {0}}};
    begun.later = order.level < 2;
    return begun;
  };
  Engine engine(steps);
  EXPECT_TRUE(engine.end(engine.start()).ok());
  EXPECT_EQ(count(steps.log, "begin 1 level 1"), 1u);
  EXPECT_EQ(count(steps.log, "begin 2 level 2"), 1u);
  EXPECT_EQ(count(steps.log, "plan 0/0"), 3u);
}

TEST(Run, ComputesASliceAloneThatMayEndItsProcess) {
  FakeSteps steps;
  steps.takes = 1min;
  steps.plan = [](const PassOrder&) {
    PassPlan plan;
    for (const char* name : {"a", "b", "c"}) plan.slices.push_back({name, 0, 1, 1});
    for (const char* name : {"d", "e"}) plan.slices.push_back({name, 0, 1, 1, false, true});
    return plan;
  };
  Engine engine(steps);
  Order order;
  order.parallel = 2;
  EXPECT_TRUE(engine.end(engine.start(order)).ok());
  EXPECT_EQ(engine.most_at_work, 2u);
  EXPECT_EQ(steps.log, (Log{"begin 0 level 0", "plan 0/0", "compute a 0", "compute b 0",
                            "compute c 0", "compute d 0", "compute e 0", "finish"}));
}

TEST(Run, ThatIsCancelledFinishesAndStartsNothingElse) {
  FakeSteps steps;
  steps.takes = 10min;
  Engine engine(steps);
  steps.meanwhile = [&] { EXPECT_TRUE(engine.run().cancel().ok()); };
  const auto tally = engine.end(engine.start());
  ASSERT_TRUE(tally.ok());
  EXPECT_TRUE(tally.value().cancelled);
  EXPECT_EQ(steps.log, (Log{"begin 0 level 0", "plan 0/0", "compute a 0", "finish cancelled"}));
}

TEST(Run, ThatIsPausedStartsNothingAndKeepsItsLease) {
  FakeSteps steps;
  steps.takes = 10s;
  Engine engine(steps);
  steps.meanwhile = [&] { EXPECT_TRUE(engine.run().signal(&Run::pause).ok()); };
  Order order;
  order.shared = true;
  const auto run = engine.start(order);
  engine.environment.pass(10h);
  EXPECT_EQ(run.query(&Run::progress)->value().phase, "paused");
  EXPECT_EQ(count(steps.log, "compute b 0"), 0u);
  EXPECT_EQ(count(steps.log, "hold"), 1u);
  EXPECT_LT(run.describe()->history_length, 60) << "a pause costs nothing while it lasts";
  EXPECT_TRUE(run.signal(&Run::resume).ok());
  EXPECT_TRUE(engine.end(run).ok());
  EXPECT_EQ(count(steps.log, "compute b 0"), 1u);
  EXPECT_EQ(count(steps.log, "plan 0/0"), 1u) << "a pass does not grow old while it is paused";
}

TEST(Run, FollowsTheLatestWordWhenSignalsOvertakeEachOther) {
  FakeSteps steps;
  Engine engine(steps);
  const PassOrder order{{}, {0, 4, {0}}, 0};
  const auto& client = engine.environment.client();
  const auto pass = client.start(&Pass::run, temporal::client::StartOptions("pass", "q"), order,
                                 Control{1, true, 1}, Done{});
  ASSERT_TRUE(pass.ok());
  EXPECT_TRUE(pass->signal(&Pass::steer, Control{1, false, 3}).ok());
  EXPECT_TRUE(pass->signal(&Pass::steer, Control{1, true, 2}).ok());
  using temporal::client::ResultOptions;
  const auto done = pass->result<Done>(ResultOptions().within(std::chrono::hours(10)));
  ASSERT_TRUE(done.ok()) << done.status().text();
  EXPECT_EQ(done->value().computed, 8u);
}

TEST(Run, TakesItsNewParallelismToThePassesUnderWay) {
  FakeSteps steps;
  steps.takes = 1min;
  steps.plan = [](const PassOrder&) { return plan_of(20); };
  Engine engine(steps);
  steps.meanwhile = [&] { EXPECT_TRUE(engine.run().signal(&Run::set_parallel, 4).ok()); };
  EXPECT_TRUE(engine.end(engine.start()).ok());
  EXPECT_EQ(engine.most_at_work, 4u);
}

TEST(Run, TriesARequeuedCellBeforeItEnds) {
  FakeSteps steps;
  steps.takes = 10min;
  Engine engine(steps);
  steps.meanwhile = [&] {
    EXPECT_TRUE(engine.run()
                    .update(&Run::requeue, {CellId{"a", "2024-01-02"}, CellId{"b", "2024-01-03"}})
                    ->ok());
    EXPECT_FALSE(engine.run().update(&Run::requeue, {CellId{}})->ok());
  };
  EXPECT_TRUE(engine.end(engine.start()).ok());
  EXPECT_EQ(count(steps.log, "requeue a 2024-01-02"), 1u);
  EXPECT_EQ(count(steps.log, "requeue b 2024-01-03"), 1u);
  EXPECT_EQ(count(steps.log, "begin 1 level 0"), 1u);
}

TEST(Run, SaysWhatFailedAndHowFarItIs) {
  FakeSteps steps;
  steps.compute = [](const SliceOrder& order) {
    Done done;
    done.computed = 3;
    done.failed = 1;
    done.failures = {{order.slice.calculation, "2024-01-02", "FAILED: no luck"}};
    return Outcome<Done>(done);
  };
  Engine engine(steps);
  const auto run = engine.start();
  EXPECT_TRUE(engine.end(run).ok());
  const auto asked = progress_of(engine.environment.client(), run);
  ASSERT_TRUE(asked.ok() && asked->ok());
  const RunProgress progress = asked->value();
  EXPECT_EQ(progress.computed, 6u);
  EXPECT_EQ(progress.failed, 2u);
  ASSERT_EQ(progress.failures.size(), 2u);
  EXPECT_EQ(sorted({progress.failures[0].calculation, progress.failures[1].calculation}),
            (Log{"a", "b"}));
}

int longest_history(Engine& engine) {
  int longest = 0;
  const auto listed =
      engine.environment.client().list("", [&](const temporal::client::WorkflowDescription& one) {
        longest = std::max(longest, static_cast<int>(one.history_length));
        return true;
      });
  EXPECT_TRUE(listed.ok()) << listed.text();
  return longest;
}

// One slice at a time: each costs tasks of its own.
TEST(Run, OfManySlicesContinuesAsNewAndForgetsNothing) {
  FakeSteps steps;
  int plans = 0;
  std::vector<int> rounds;
  steps.plan = [&](const PassOrder& order) {
    rounds.push_back(order.round);
    if (++plans > 3) return PassPlan();
    PassPlan plan = plan_of(order.sweep.order.sizes.slices);
    plan.more = true;
    return plan;
  };
  Engine engine(steps);
  const auto run = engine.start();
  EXPECT_TRUE(engine.end(run).ok());
  EXPECT_EQ(run.query(&Run::progress)->value().computed, 1500u);
  EXPECT_EQ(rounds, (std::vector<int>{1, 2, 3, 4}));
  const int longest = longest_history(engine);
  EXPECT_GT(longest, 2000);
  EXPECT_LT(longest, 4096);
}

// Hundreds of calculations in a chain: as many passes, in one chunk.
TEST(Run, OfManyPassesContinuesAsNewAndKeepsTheirOrder) {
  FakeSteps steps;
  steps.begin = [](const BeginOrder& order) {
    Begun begun{{order.order, 7, order.number}};
    if (order.number > 0) return begun;
    for (uint64_t chunk = 0; chunk < 3; ++chunk) {
      begun.chunks.push_back({4 * chunk, 4 * chunk + 4, {}});
      for (uint32_t pass = 0; pass < 200; ++pass) begun.chunks.back().passes.push_back(pass);
    }
    return begun;
  };
  Engine engine(steps);
  const auto run = engine.start();
  EXPECT_TRUE(engine.end(run).ok());
  std::map<std::string, std::vector<std::string>> planned;  // by chunk
  for (const std::string& line : steps.log) {
    if (line.starts_with("plan ")) planned[line.substr(5, line.find('/') - 5)].push_back(line);
  }
  EXPECT_EQ(planned.size(), 3u);
  for (const auto& [chunk, passes] : planned) {
    Log expected;
    for (int pass = 0; pass < 200; ++pass) {
      expected.push_back("plan " + chunk + "/" + std::to_string(pass));
    }
    EXPECT_EQ(passes, expected);
  }
  EXPECT_LT(longest_history(engine), 4096);
}

// The chunk between them has nothing to do in the pass that the last one waits for.
TEST(Run, BeginsAPassWhenAllChunksBeforeAreThroughWithIt) {
  FakeSteps steps;
  steps.takes = 10min;
  steps.begin = [](const BeginOrder& order) {
    Begun begun{{order.order, 7, order.number}};
    if (order.number == 0) begun.chunks = {{0, 4, {0, 1}}, {4, 8, {1}}, {8, 12, {0, 1}}};
    return begun;
  };
  std::set<std::string> through;
  steps.plan = [&](const PassOrder& order) {
    if (order.chunk.first == 8) {
      EXPECT_TRUE(through.contains("0/" + std::to_string(order.pass)));
    }
    PassPlan plan;
    plan.slices = {{"a", order.chunk.first, order.chunk.end, 4}};
    return plan;
  };
  steps.compute = [&](const SliceOrder& order) {
    through.insert(std::to_string(order.slice.first) + "/" + std::to_string(order.pass.pass));
    Done done;
    done.computed = order.slice.cells;
    return Outcome<Done>(done);
  };
  Engine engine(steps);
  EXPECT_TRUE(engine.end(engine.start()).ok());
  EXPECT_EQ(through.size(), 5u);
}

TEST(Run, DoesNotEndBeforeARequeueThatItHasAccepted) {
  FakeSteps steps;
  Engine engine(steps);
  steps.takes = 10min;
  steps.meanwhile = [&] {  // while the last slice computes, and behind it
    const auto updated = engine.run().start_update(&Run::requeue, {CellId{"a", "2024-01-02"}});
    EXPECT_TRUE(updated.ok());
  };
  EXPECT_TRUE(engine.end(engine.start()).ok());
  EXPECT_EQ(count(steps.log, "begin 1 level 0"), 1u);
}

TEST(Run, ThatWasPausedBeforeItsFirstStepHasTheParallelismThatWasOrdered) {
  FakeSteps steps;
  steps.takes = 1min;
  steps.plan = [](const PassOrder&) { return plan_of(20); };
  Engine engine(steps);
  Order order;
  order.parallel = 4;
  const auto run = engine.start(order);
  EXPECT_TRUE(run.signal(&Run::pause).ok());
  EXPECT_TRUE(run.signal(&Run::resume).ok());
  EXPECT_TRUE(engine.end(run).ok());
  EXPECT_EQ(engine.most_at_work, 4u);
}

TEST(Run, LooksAtTheDataAgainAlsoWhereTheyMovedInASweepOfInterruptedCells) {
  FakeSteps steps;
  steps.begin = [](const BeginOrder& order) {
    Begun begun{{order.order, 7, order.number, order.level}};
    if (order.number < 2) begun.chunks = {{0, 4, {0}}};
    begun.later = order.number == 0;
    return begun;
  };
  steps.compute = [&](const SliceOrder& order) {
    Done done;
    done.moved = order.pass.sweep.number == 1;
    return Outcome<Done>(done);
  };
  Engine engine(steps);
  EXPECT_TRUE(engine.end(engine.start()).ok());
  EXPECT_EQ(count(steps.log, "begin 1 level 1"), 1u);
  EXPECT_EQ(count(steps.log, "begin 2 level 0"), 1u);
}

// It has ended when the next one plans: nobody was lost, and nothing is interrupted.
TEST(Run, ComputesLaterWhatNobodyTookInTime) {
  FakeSteps steps;
  Engine engine(steps);
  steps.plan = [&](const PassOrder& order) {
    PassPlan plan;
    if (order.round == 1) plan.slices = {{"a", 0, 4, 4, /*high_mem=*/true}};
    return plan;
  };
  const auto begun = engine.environment.executor().now();
  EXPECT_TRUE(engine.end(engine.start()).ok());
  EXPECT_GE(engine.environment.executor().now() - begun, kPassTime);
  EXPECT_EQ(count(steps.log, "begin 1 level 1"), 0u);
}

}  // namespace
}  // namespace almanac
