// Every schedule with one fault of a run of three calculations on four dates.
#include "tests/simulator/simulated.h"

namespace almanac::simulator {
namespace {

using Kind = Fault::Kind;
constexpr int kShown = 3;
constexpr size_t kThird = 3;

const Reference kPlain;
const Reference kLong{.long_cell = true};
const Reference kEmbedded{.embedded = true};

// `step`: of the points that it can happen at.
void every_fault(const Reference& what, const std::vector<Fault>& kinds, size_t step = 1) {
  const Schedule calm = reference_schedule(1, what);
  const Report report = simulate(calm);
  ASSERT_EQ(report.violations, std::vector<std::string>()) << repro_of(calm);
  int failed = 0;
  size_t nth = 0;
  for (const Fault& kind : kinds) {
    for (int64_t at = 1; at <= report.points; ++at) {
      if (!can_happen(kind.kind, report.places[static_cast<size_t>(at) - 1])) continue;
      if (nth++ % step != 0) continue;
      Schedule schedule = calm;
      schedule.faults = {kind};
      schedule.faults[0].at = at;
      const Report faulty = simulate(schedule);
      EXPECT_EQ(faulty.faults, 1u) << repro_of(schedule);
      EXPECT_EQ(faulty.violations, std::vector<std::string>()) << repro_of(schedule);
      if (!faulty.violations.empty() && ++failed == kShown) return;
    }
  }
}

// Long cells have the same points, but for the heartbeats between them.
void on_both(const std::vector<Fault>& kinds) {
  every_fault(kPlain, kinds);
  every_fault(kLong, kinds, kThird);
}

TEST(OneFault, EveryPlaceOccurs) {
  std::set<Place> places;
  for (const Reference& what : {kPlain, kLong}) {
    const Report report = simulate(reference_schedule(1, what));
    places.insert(report.places.begin(), report.places.end());
  }
  for (size_t place = 0; place < kPlaces; ++place) {
    EXPECT_TRUE(places.contains(static_cast<Place>(place))) << name_of(static_cast<Place>(place));
  }
}

TEST(OneFault, Crash) {
  on_both({{Kind::Crash, 0, 0}});
}
TEST(OneFault, Drain) {
  on_both({{Kind::Drain, 0, 0}});
}
TEST(OneFault, HaltThatIsHardlyNoticed) {
  on_both({{Kind::Halt, 0, 10}});
}
TEST(OneFault, HaltBeyondTheHeartbeat) {
  on_both({{Kind::Halt, 0, 60}});
}
TEST(OneFault, HaltBeyondTheLease) {
  on_both({{Kind::Halt, 0, 1200}});
}
TEST(OneFault, NoSpace) {
  on_both({{Kind::Full, 0, 0}});
}
TEST(OneFault, DoneAndNotConfirmed) {
  on_both({{Kind::Done, 0, 0}});
}
TEST(OneFault, LostOnTheWay) {
  on_both({{Kind::Lost, 0, 0}});
}
TEST(OneFault, Late) {
  on_both({{Kind::Late, 0, 3}, {Kind::Late, 0, 40}});
}
TEST(OneFault, Twice) {
  on_both({{Kind::Twice, 0, 0}, {Kind::Twice, 0, 30}});
}
TEST(OneFault, RootDataChange) {
  on_both({{Kind::Change, 0, 0}});
}
TEST(OneFault, LostBlob) {
  on_both({{Kind::Rot, 0, 0}});
}

TEST(OneFault, CrashOfTheOnlyProcess) {
  every_fault(kEmbedded, {{Kind::Crash, 0, 0}});
}
TEST(OneFault, NoSpaceOfTheOnlyProcess) {
  every_fault(kEmbedded, {{Kind::Full, 0, 0}, {Kind::Done, 0, 0}});
}
TEST(OneFault, TroubleOfTheOnlyProcess) {
  every_fault(kEmbedded, {{Kind::Halt, 0, 60}, {Kind::Lost, 0, 0}, {Kind::Twice, 0, 0}}, kThird);
}

const std::vector<Fault> kAll = {{Kind::Crash, 0, 0}, {Kind::Halt, 0, 60}, {Kind::Full, 0, 0},
                                 {Kind::Done, 0, 0},  {Kind::Lost, 0, 0},  {Kind::Late, 0, 40},
                                 {Kind::Twice, 0, 0}, {Kind::Change, 0, 0}};

// Who stood still wakes when the cells have other results.
TEST(OneFault, HaltBeyondAnEditAndAnotherRun) {
  every_fault({.rich = true}, {{Kind::Halt, 0, 1200}});
}
TEST(OneFault, NothingIsRemembered) {
  every_fault({.cached_runs = 0}, kAll, kThird);
}
TEST(OneFault, AfterAnEarlierRunWithACellThatFails) {
  every_fault({.rich = true}, kAll, kThird);
}

}  // namespace
}  // namespace almanac::simulator
