// Pairs of faults at random points of a run that finds the results of an earlier one, with a cell
// that fails and workers that remember nothing.
#include "tests/simulator/simulated.h"

namespace almanac::simulator {
namespace {

constexpr uint64_t kUsual = 200;
constexpr int kShown = 3;

TEST(TwoFaults, AtRandomPoints) {
  const uint64_t count = schedules(kUsual);
  int failed = 0;
  for (uint64_t seed = 1; seed <= count && failed < kShown; ++seed) {
    Random random(seed);
    Schedule schedule = reference_schedule(seed, {.rich = true, .cached_runs = 0});
    const auto points = simulate(schedule).points;
    for (int i = 0; i < 2; ++i) {
      schedule.faults.push_back(random_fault(random, points));
    }
    const std::string complaint = complaint_of(schedule);
    failed += !complaint.empty();
    EXPECT_EQ(complaint, "");
  }
}

}  // namespace
}  // namespace almanac::simulator
