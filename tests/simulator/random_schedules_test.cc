// Random projects, runs, edits and faults: what the runs leave is what computing everything from
// scratch gives, and all that must hold on the way does.
#include "tests/simulator/simulated.h"

namespace almanac::simulator {
namespace {

constexpr uint64_t kUsual = 1000;  // about a minute
constexpr int kShown = 3;

TEST(RandomSchedules, EndAsTheOracleSays) {
  const uint64_t count = schedules(kUsual);
  int failed = 0;
  for (uint64_t seed = 1; seed <= count && failed < kShown; ++seed) {
    const std::string complaint = complaint_of(random_schedule(seed));
    failed += !complaint.empty();
    EXPECT_EQ(complaint, "");
  }
}

}  // namespace
}  // namespace almanac::simulator
