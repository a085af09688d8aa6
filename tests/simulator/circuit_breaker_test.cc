// A calculation that fails five times in a row is no longer tried; one cell of each later run sees
// whether it has been mended.
#include <rapidcheck.h>

#include "tests/simulator/simulated.h"

namespace almanac::simulator {
namespace {

constexpr int kThreshold = 5;

// One calculation that fails for good on some days, by one process and one slice at a time.
Schedule failing(const std::vector<bool>& fails) {
  Schedule schedule;
  schedule.seed = 3;
  schedule.graph.days = static_cast<int>(fails.size());
  schedule.graph.nodes.resize(1);
  Node& node = schedule.graph.nodes[0];
  node.reads_data = true;
  for (int day = 0; day < schedule.graph.days; ++day) {
    schedule.data[day] = static_cast<uint64_t>(day);
    if (fails[static_cast<size_t>(day)]) node.version.scripts[day] = {Script::Kind::Permanent, 0};
  }
  RunStep run;
  run.parallel = 1;
  schedule.steps = {run_step(run), run_step(run)};
  return schedule;
}

// The reference: days in order, a count of the failures in a row, and a breaker.
struct Breaker {
  int in_row = 0;
  bool open = false;
  std::vector<int> tried;

  void run(const std::vector<bool>& fails, std::vector<bool>* done) {
    tried.clear();
    bool probe = open;
    for (size_t day = 0; day < fails.size(); ++day) {
      if ((*done)[day]) continue;
      if (open && !probe) continue;
      probe = false;
      (*done)[day] = true;
      tried.push_back(static_cast<int>(day));
      if (!fails[day]) open = false;
      in_row = fails[day] ? in_row + 1 : 0;
      open |= in_row >= kThreshold;
    }
  }
};

std::vector<int> days_of(const RunReport& run) {
  std::set<int> days;
  for (const Attempt& attempt : run.attempts) {
    const bool ended =
        attempt.status == AttemptStatus::Success || attempt.status == AttemptStatus::Failure;
    if (ended) days.insert(day_of(attempt.date));
  }
  return {days.begin(), days.end()};
}

bool is_open(const RunReport& run) {
  return !run.breakers.empty() && run.breakers[0].open;
}

TEST(CircuitBreaker, AgreesWithTheReference) {
  EXPECT_TRUE(rc::check([] {
    // Mostly failures; a failing probe's neighbours failed already.
    const auto fails = *rc::gen::container<std::vector<bool>>(
        12, rc::gen::map(rc::gen::inRange(0, 6), [](int x) { return x > 0; }));
    const Report report = simulate(failing(fails));
    RC_ASSERT(report.violations.empty());
    Breaker breaker;
    std::vector<bool> done(fails.size());
    for (const RunReport& run : report.runs) {
      breaker.run(fails, &done);
      RC_LOG() << "run " << (&run - report.runs.data()) << "\n";
      RC_ASSERT(days_of(run) == breaker.tried);
      RC_ASSERT(is_open(run) == breaker.open);
    }
  }));
}

TEST(CircuitBreaker, IsMendedWithOneProbe) {
  Schedule schedule = failing(std::vector<bool>(12, true));
  schedule.steps.push_back(edit(Step::Kind::Mend, 0));
  schedule.steps.push_back(run_step());
  const Report report = simulate(schedule);
  EXPECT_EQ(report.violations, std::vector<std::string>());
  ASSERT_GE(report.runs.size(), 3u);
  EXPECT_EQ(days_of(report.runs[0]).size(), 5u);
  EXPECT_EQ(days_of(report.runs[1]).size(), 1u);
  EXPECT_EQ(days_of(report.runs[2]).size(), 12u);
  EXPECT_TRUE(is_open(report.runs[1]));
  EXPECT_FALSE(is_open(report.runs[2]));
}

TEST(CircuitBreaker, ConcernsOneCalculation) {
  Schedule schedule = failing(std::vector<bool>(12, true));
  schedule.graph.nodes.push_back(schedule.graph.nodes[0]);
  schedule.graph.nodes[1].version.scripts.clear();
  const Report report = simulate(schedule);
  EXPECT_EQ(report.violations, std::vector<std::string>());
  size_t other = 0;
  for (const Attempt& attempt : report.runs[0].attempts) other += attempt.calculation == id_of(1);
  EXPECT_EQ(other, 12u);
}

// By several processes at once each may have one more under way, but no more.
TEST(CircuitBreaker, OpenForAllProcesses) {
  Schedule schedule = failing(std::vector<bool>(40, true));
  schedule.processes = 3;
  for (Step& step : schedule.steps) step.run.parallel = 3;
  for (schedule.seed = 1; schedule.seed <= 10; ++schedule.seed) {
    const Report report = simulate(schedule);
    EXPECT_EQ(report.violations, std::vector<std::string>()) << repro_of(schedule);
    EXPECT_LE(days_of(report.runs[0]).size(), 5u + 3) << repro_of(schedule);
    EXPECT_EQ(days_of(report.runs[1]).size(), 1u) << repro_of(schedule);
  }
}

}  // namespace
}  // namespace almanac::simulator
