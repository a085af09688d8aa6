// The same schedule happens the same way: what a seed has found can be looked at.
#include "tests/simulator/simulated.h"

namespace almanac::simulator {
namespace {

TEST(Determinism, SameSeedSameTrace) {
  const uint64_t count = schedules(60);
  for (uint64_t seed = 1; seed <= count; ++seed) {
    const Schedule schedule = random_schedule(seed);
    const Report once = simulate(schedule), again = simulate(schedule);
    EXPECT_EQ(once.trace, again.trace) << repro_of(schedule);
    EXPECT_EQ(once.points, again.points) << repro_of(schedule);
  }
}

TEST(Determinism, FaultsAreReadAsTheyAreWritten) {
  const std::string text =
      "crash@12,halt@40:1800,full@1,done@2,lost@3,late@4:5,twice@6,change@7,rot@8,drain@9";
  EXPECT_EQ(text_of(parse_faults(text).value()), text);
  EXPECT_FALSE(parse_faults("crash").ok());
  EXPECT_FALSE(parse_faults("crush@12").ok());
  EXPECT_FALSE(parse_faults("crash@x").ok());
}

}  // namespace
}  // namespace almanac::simulator
