// Every schedule with one fault of a run of three calculations on four dates.
#include "tests/simulator/simulated.h"

namespace almanac::simulator {
namespace {

constexpr int kShown = 3;

void every_fault(bool shared, const std::vector<Fault>& kinds) {
  const Schedule calm = reference_schedule(1, shared);
  const Report report = simulate(calm);
  ASSERT_EQ(report.violations, std::vector<std::string>());
  int failed = 0;
  for (const Fault& kind : kinds) {
    for (size_t at = 0; at < report.places.size(); ++at) {
      if (static_cast<int64_t>(at) >= report.points) break;  // of the run that is looked at
      if (!can_happen(kind.kind, report.places[at])) continue;
      Schedule schedule = calm;
      schedule.faults = {kind};
      schedule.faults[0].at = static_cast<int64_t>(at) + 1;
      const Report faulty = simulate(schedule);
      EXPECT_EQ(faulty.faults, 1u) << repro_of(schedule);
      EXPECT_EQ(faulty.violations, std::vector<std::string>())
          << repro_of(schedule, shared ? " --reference" : " --reference --embedded");
      if (!faulty.violations.empty() && ++failed == kShown) return;
    }
  }
}

using Kind = Fault::Kind;

TEST(OneFault, Crash) {
  every_fault(true, {{Kind::Crash, 0, 0}});
}
TEST(OneFault, CrashOfTheOnlyProcess) {
  every_fault(false, {{Kind::Crash, 0, 0}});
}
TEST(OneFault, HaltThatIsHardlyNoticed) {
  every_fault(true, {{Kind::Halt, 0, 10}});
}
TEST(OneFault, HaltBeyondTheHeartbeat) {
  every_fault(true, {{Kind::Halt, 0, 60}});
}
TEST(OneFault, HaltBeyondTheLease) {
  every_fault(true, {{Kind::Halt, 0, 1200}});
}
TEST(OneFault, NoSpace) {
  every_fault(true, {{Kind::Full, 0, 0}});
}
TEST(OneFault, NoSpaceOfTheOnlyProcess) {
  every_fault(false, {{Kind::Full, 0, 0}});
}
TEST(OneFault, DoneAndNotConfirmed) {
  every_fault(true, {{Kind::Done, 0, 0}});
}
TEST(OneFault, LostOnTheWay) {
  every_fault(true, {{Kind::Lost, 0, 0}});
}
TEST(OneFault, Late) {
  every_fault(true, {{Kind::Late, 0, 3}, {Kind::Late, 0, 40}});
}
TEST(OneFault, Twice) {
  every_fault(true, {{Kind::Twice, 0, 0}});
}
TEST(OneFault, RootDataChange) {
  every_fault(true, {{Kind::Change, 0, 0}});
}

}  // namespace
}  // namespace almanac::simulator
