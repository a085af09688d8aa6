// Whatever is edited in whatever order: what the planner left in place and what it recomputed is
// together what computing everything from scratch gives, and a second run finds nothing to do.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/support/model.h"

namespace almanac::model {
namespace {

World random_world() {
  const size_t days = *rc::gen::inRange<size_t>(1, 7);
  World world(days);
  const size_t count = *rc::gen::inRange<size_t>(1, 7);
  for (size_t n = 0; n < count; ++n) {
    Node node;
    node.coarse = *rc::gen::element<uint64_t>(0, 1, 2, 3);
    node.reads_dataset = n == 0 || *rc::gen::inRange(0, 3) == 0;
    node.optional_dataset = *rc::gen::inRange(0, 4) == 0;
    node.dataset_window = *rc::gen::inRange<uint32_t>(1, 4);
    node.historical = *rc::gen::inRange(0, 3) == 0;
    for (size_t d = 0; d < n; ++d) {
      if (*rc::gen::inRange(0, 2)) node.reads[d] = *rc::gen::inRange<uint32_t>(1, 4);
    }
    world.nodes.push_back(node);
  }
  // The last day has rows, so that a day without rows is one that will never have any.
  for (auto& value : world.data) value = *rc::gen::inRange<uint64_t>(0, 3);
  return world;
}

void edit(World* world) {
  const size_t n = *rc::gen::inRange<size_t>(0, world->nodes.size());
  const size_t day = *rc::gen::inRange<size_t>(0, world->data.size());
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      world->nodes[n].code += 1;
      break;  // a refactor: same behaviour
    case 1:
      world->nodes[n].code += 1;
      world->nodes[n].behaviour = *rc::gen::inRange<uint64_t>(0, 3);
      break;
    case 2:
      world->data[day] = *rc::gen::inRange<uint64_t>(0, 3);
      break;
    case 3:
      if (day + 1 < world->data.size()) world->data[day] = std::nullopt;
      break;
    default:
      world->nodes[n].code += 1;
      world->nodes[n].historical = !world->nodes[n].historical;
  }
}

TEST(IncrementalEqualsScratch, OnRandomGraphsAndEdits) {
  EXPECT_TRUE(rc::check([] {
    World world = random_world();
    world.run();
    const int edits = *rc::gen::inRange(1, 8);
    for (int i = 0; i < edits; ++i) {
      edit(&world);
      world.run();
      const auto expected = world.oracle();
      for (size_t n = 0; n < world.nodes.size(); ++n) {
        for (size_t day = 0; day < world.data.size(); ++day) {
          RC_ASSERT(world.value(n, day) == expected[n][day]);
        }
      }
      RC_ASSERT(world.run().empty());
    }
  }));
}

// prices -> returns -> rsi -> report, one day each but for the history of rsi.
World chain() {
  World world(4);
  for (auto& value : world.data) value = 5;
  Node prices, returns, rsi, report;
  prices.reads_dataset = true;
  returns.reads = {{0, 1}};
  rsi.reads = {{1, 1}};
  rsi.historical = true;
  report.reads = {{2, 2}};
  world.nodes = {prices, returns, rsi, report};
  world.run();
  return world;
}

std::vector<std::pair<size_t, size_t>> cells(const std::vector<World::Ran>& ran) {
  std::vector<std::pair<size_t, size_t>> out;
  for (const auto& r : ran) out.emplace_back(r.node, r.day);
  return out;
}

TEST(Firewall, ARecomputationWithTheSameResultWakesNobody) {
  World world = chain();
  world.nodes[0].code = 1;
  const auto ran = world.run();
  ASSERT_EQ(ran.size(), 4u);
  for (const auto& r : ran) {
    EXPECT_EQ(r.node, 0u);
    EXPECT_EQ(r.verdict, (Verdict{State::ReRun, Reason::CodeChanged}));
  }
  // Skipped once, with the new provenance recorded; then stable.
  EXPECT_TRUE(world.run().empty());
  EXPECT_EQ(const_cast<Planner&>(world.planner()).evaluate(1, 0).verdict,
            (Verdict{State::Stable, Reason::Unchanged}));
}

TEST(Cascade, AChangedResultReRunsExactlyWhatReadsIt) {
  World world = chain();
  world.data[2] = 6;
  // From day 2: the chain of the day, and rsi's later days through its history.
  EXPECT_EQ(cells(world.run()), (std::vector<std::pair<size_t, size_t>>{
                                    {0, 2}, {1, 2}, {2, 2}, {3, 2}, {2, 3}, {3, 3}}));
}

TEST(Trace, GoingBackToOldCodeCostsNothing) {
  World world = chain();
  world.nodes[1].code = 1;
  world.nodes[1].behaviour = 1;
  EXPECT_FALSE(world.run().empty());
  world.nodes[1].code = 0;
  world.nodes[1].behaviour = 0;
  EXPECT_TRUE(world.run().empty());
  EXPECT_EQ(world.value(3, 3), world.oracle()[3][3]);
}

TEST(Impossible, SpreadsDownstreamAndEndsWithLateData) {
  World world = chain();
  world.data[1] = std::nullopt;
  world.run();
  EXPECT_FALSE(world.value(0, 1) || world.value(1, 1) || world.value(2, 1) || world.value(3, 1));
  EXPECT_TRUE(world.value(3, 2));
  world.data[1] = 5;
  EXPECT_TRUE(world.run().empty()) << "all keys are those of the first run";
  EXPECT_EQ(world.value(3, 3), world.oracle()[3][3]);
}

TEST(DeadLetter, HurtsDownstreamOnlyAndIsNotTriedAgain) {
  World world = chain();
  world.nodes[1].code = 1;
  world.nodes[1].fails = true;
  EXPECT_EQ(world.run().size(), 4u);
  EXPECT_TRUE(world.value(0, 3));
  EXPECT_FALSE(world.value(2, 0));
  EXPECT_TRUE(world.run().empty());
  auto& planner = const_cast<Planner&>(world.planner());
  EXPECT_EQ(planner.evaluate(1, 0).verdict.state, State::Failed);
  EXPECT_EQ(planner.evaluate(2, 0).detail, "Dependency Missing: c101");
}

}  // namespace
}  // namespace almanac::model
