// Schedules in which something was wrong once.
#include "tests/simulator/simulated.h"

namespace almanac::simulator {
namespace {

// A process stood still between giving the lease back and its answer: the next one that finished
// the run was told that the lease was lost, and the run failed.
TEST(Found, RunIsFinishedTwice) {
  Schedule schedule = reference_schedule(1);
  int64_t last = simulate(schedule).points;
  for (int64_t at = last - 8; at <= last; ++at) {
    schedule.faults = {{Fault::Kind::Halt, at, 60}};
    EXPECT_EQ(complaint_of(schedule), "");
  }
}

// A run was cancelled while a process stood still: what that had begun stayed Running.
TEST(Found, CancelledRunLeavesNothingRunning) {
  for (int64_t at = 20; at < 200; at += 9) {
    Schedule schedule = reference_schedule(1);
    schedule.command.clear();
    schedule.steps[0].run.cancel_after_ms = 600;
    schedule.faults = {{Fault::Kind::Halt, at, 60}};
    EXPECT_EQ(complaint_of(schedule), "") << "cancelled after 600 ms";
  }
}

// Every point of a schedule with one fault there.
void everywhere(Schedule schedule, Fault fault, int64_t step = 1) {
  const Report calm = simulate(schedule);
  ASSERT_EQ(calm.violations, std::vector<std::string>());
  for (fault.at = 1; fault.at <= calm.points; fault.at += step) {
    if (!can_happen(fault.kind, calm.places[static_cast<size_t>(fault.at) - 1])) continue;
    schedule.faults = {fault};
    ASSERT_EQ(simulate(schedule).violations, std::vector<std::string>()) << text_of({fault});
  }
}

Schedule of_nodes(std::vector<Node> nodes, int days) {
  Schedule schedule;
  schedule.seed = 5;
  schedule.graph.days = days;
  schedule.graph.nodes = std::move(nodes);
  schedule.graph.nodes[0].reads_data = true;
  for (int day = 0; day < days; ++day) schedule.data[day] = static_cast<uint64_t>(day);
  schedule.processes = 2;
  schedule.steps = {run_step()};
  return schedule;
}

// The days after one whose process had died were not computed: the run ended without them.
TEST(Found, HistoryGoesOnAfterAnInterruptedDay) {
  for (int day = 0; day < 4; ++day) {
    Node node;
    node.historical = true;
    node.version.scripts[day] = {Script::Kind::Poison, 1};
    const Report report = simulate(of_nodes({node}, 4));
    EXPECT_EQ(report.violations, std::vector<std::string>());
    // All of it in the first run; what follows it has nothing to do.
    EXPECT_EQ(report.runs[0].attempts.size(), report.attempts);
  }
}

// A cell that ends its process took its neighbours along each time, and was tried more often than
// it may be.
TEST(Found, ACellThatEndsItsProcessIsTriedAlone) {
  for (const bool series : {false, true}) {
    Node node;
    node.series = series;
    node.version.scripts[4] = {Script::Kind::Poison, Script::kAlways};
    const Report report = simulate(of_nodes({node}, 8));
    EXPECT_EQ(report.violations, std::vector<std::string>());
    std::map<Date, int> lost;
    for (const Attempt& attempt : report.runs[0].attempts) {
      lost[attempt.date] += attempt.status == AttemptStatus::Lost;
    }
    EXPECT_EQ(lost[date_of(4)], 3);
    lost.erase(date_of(4));
    for (const auto& [date, times] : lost) EXPECT_LE(times, 1) << date.str();
  }
}

// A process computed on for a slice that the engine had given up. The pass was planned in vain
// three times within a moment, and the run ended without the cell.
TEST(Found, ACellThatIsUnderWayIsWaitedFor) {
  Node node;
  node.duration_ms = 40'000;
  Schedule schedule = of_nodes({node}, 2);
  schedule.processes = 1;
  everywhere(schedule, {Fault::Kind::Late, 0, 18});
  everywhere(schedule, {Fault::Kind::Halt, 0, 30});
}

// What such a slice had computed, and was not going to commit, was read by the next pass.
TEST(Found, NothingIsBuiltOnWhatIsNotCommitted) {
  Node first, second;
  first.duration_ms = 20'000;
  first.historical = true;
  second.reads = {{0, 1}};
  Schedule schedule = of_nodes({first, second}, 5);
  everywhere(schedule, {Fault::Kind::Late, 0, 18});
  everywhere(schedule, {Fault::Kind::Twice, 0, 0});
}

// A task came twice to one process, which forced a cell again that it had just computed; its record
// named the attempt that was overtaken.
TEST(Found, AForcedCellIsComputedOnce) {
  Schedule schedule = reference_schedule(1, {.force = true});
  for (schedule.processes = 1; schedule.processes <= 2; ++schedule.processes) {
    everywhere(schedule, {Fault::Kind::Twice, 0, 0});
  }
}

// Two processes had a cell in hand that fails: each ended the other's attempt by its next one, and
// none of them counted.
TEST(Found, ACellThatFailsInTwoProcessesIsGivenUpByOne) {
  Node node;
  node.duration_ms = 50'000;
  for (int day = 0; day < 3; ++day)
    node.version.scripts[day] = {Script::Kind::Fails, Script::kAlways};
  everywhere(of_nodes({node}, 3), {Fault::Kind::Twice, 0, 30});
}

// Two runs of the same cells at once: the second waits for the lease.
TEST(Found, TwoRunsAtOnce) {
  for (int64_t after = 0; after < 2'000; after += 90) {
    Schedule schedule = reference_schedule(static_cast<uint64_t>(after) + 1);
    schedule.steps[0].run.beside_after_ms = after;
    EXPECT_EQ(simulate(schedule).violations, std::vector<std::string>()) << after;
  }
}

}  // namespace
}  // namespace almanac::simulator
