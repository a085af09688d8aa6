// Once it is decided that a cell cannot be had, no work of it begins.
#include <rapidcheck.h>

#include "simulator/oracle.h"
#include "tests/simulator/simulated.h"

namespace almanac::simulator {
namespace {

// A chain of calculations of which one fails on some days.
Schedule chain(size_t length, int days, size_t failing, const std::vector<int>& on,
               bool permanent) {
  Schedule schedule;
  schedule.seed = 7;
  schedule.graph.days = days;
  schedule.graph.nodes.resize(length);
  for (size_t node = 0; node < length; ++node) {
    if (node == 0) schedule.graph.nodes[node].reads_data = true;
    if (node > 0) schedule.graph.nodes[node].reads = {{node - 1, 1}};
  }
  for (const int day : on) {
    schedule.graph.nodes[failing].version.scripts[day] = {
        permanent ? Script::Kind::Permanent : Script::Kind::Fails, Script::kAlways};
  }
  for (int day = 0; day < days; ++day) schedule.data[day] = static_cast<uint64_t>(day);
  schedule.processes = 2;
  schedule.steps.push_back(run_step());
  return schedule;
}

TEST(ShortCircuit, NothingBelowAFailedCellBegins) {
  EXPECT_TRUE(rc::check([] {
    const auto length = *rc::gen::inRange<size_t>(2, 5);
    const auto failing = *rc::gen::inRange<size_t>(0, length - 1);
    const auto on = *rc::gen::unique<std::vector<int>>(2, rc::gen::inRange(0, 4));
    const bool permanent = *rc::gen::arbitrary<bool>();
    const Schedule schedule = chain(length, 4, failing, on, permanent);
    const Report report = simulate(schedule);
    RC_ASSERT(report.violations.empty());
    // A cell above is tried once, one that fails until its attempts are used up, one below never.
    const size_t tries = permanent ? 1 : 3;
    const size_t begun = failing * 4 + 2 * tries + (length - failing) * 2;
    RC_ASSERT(report.attempts == begun);
  }));
}

TEST(ShortCircuit, AFailedDayKeepsHistoryFromGoingOn) {
  for (int day = 0; day < 4; ++day) {
    Schedule schedule = chain(1, 4, 0, {day}, true);
    schedule.graph.nodes[0].historical = true;
    const Report report = simulate(schedule);
    EXPECT_EQ(report.violations, std::vector<std::string>());
    EXPECT_EQ(report.attempts, static_cast<size_t>(day) + 1);
  }
}

}  // namespace
}  // namespace almanac::simulator
