// Data that never come make exactly the cells impossible that need them, and those come back when
// the data do.
#include <rapidcheck.h>

#include "simulator/oracle.h"
#include "tests/simulator/simulated.h"

namespace almanac::simulator {
namespace {

// Which cells can never be had, by walking from each to what it needs on its own day.
std::set<std::pair<size_t, int>> unreachable(const Graph& graph, const Data& data) {
  std::set<std::pair<size_t, int>> cells;
  const int latest = data.empty() ? -1 : data.rbegin()->first;
  for (int day = 0; day < graph.days; ++day) {
    for (size_t node = 0; node < graph.nodes.size(); ++node) {
      const Node& n = graph.nodes[node];
      bool never = n.reads_data && !n.optional_data && !data.contains(day) && day <= latest;
      for (const auto& [source, window] : n.reads) never |= cells.contains({source, day});
      if (never) cells.insert({node, day});
    }
  }
  return cells;
}

Schedule gaps(uint64_t seed) {
  Schedule schedule = random_schedule(seed);
  schedule.command.clear();
  schedule.steps = {run_step()};
  schedule.faults.clear();
  for (Node& node : schedule.graph.nodes) node.version.scripts.clear();
  Random random(seed);
  for (int day = 0; day < schedule.graph.days; ++day) {
    if (random.one_in(3)) schedule.data.erase(day);
  }
  return schedule;
}

TEST(ImpossiblePropagation, SpreadsExactly) {
  EXPECT_TRUE(rc::check([] {
    const Schedule schedule = gaps(*rc::gen::arbitrary<uint32_t>());
    const auto never = unreachable(schedule.graph, schedule.data);
    const auto expected = oracle(schedule.graph, schedule.data);
    for (size_t node = 0; node < schedule.graph.nodes.size(); ++node) {
      for (int day = 0; day < schedule.graph.days; ++day) {
        const auto state = expected[node][static_cast<size_t>(day)].state;
        RC_ASSERT((state == Expected::State::Impossible) == never.contains({node, day}));
      }
    }
    RC_ASSERT(complaint_of(schedule) == "");
  }));
}

TEST(ImpossiblePropagation, LateDataTakeItBack) {
  EXPECT_TRUE(rc::check([] {
    Schedule schedule = gaps(*rc::gen::arbitrary<uint32_t>());
    const int day = *rc::gen::inRange(0, schedule.graph.days);
    schedule.steps.push_back(edit(Step::Kind::Data, 0, day, 4711));
    schedule.steps.push_back(run_step());
    schedule.steps.push_back(edit(Step::Kind::Gone, 0, day));
    RC_ASSERT(complaint_of(schedule) == "");
  }));
}

}  // namespace
}  // namespace almanac::simulator
