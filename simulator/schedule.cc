#include "simulator/schedule.h"

#include <algorithm>
#include <utility>

namespace almanac::simulator {

namespace {

constexpr int64_t kLongMs = 12'000;

RunStep random_run(Random& random, int days) {
  RunStep run;
  run.shared = !random.one_in(4);
  run.force = random.one_in(8);
  run.parallel = static_cast<int>(random.between(1, 4));
  if (random.one_in(4)) {
    run.first = static_cast<int>(random.below(static_cast<uint64_t>(days)));
    run.last = static_cast<int>(random.between(run.first, days - 1));
    run.exact = random.one_in(3);
  }
  if (random.one_in(6)) run.cancel_after_ms = random.between(0, 3'000);
  if (random.one_in(8)) {
    run.pause_after_ms = random.between(0, 2'000);
    run.pause_ms = random.one_in(3) ? random.between(1, 5) * 3'600'000 : random.between(1, 60'000);
  }
  if (run.shared && random.one_in(8)) run.beside_after_ms = random.between(0, 3'000);
  run.hasty = random.one_in(3);
  return run;
}

Step random_edit(Random& random, const Graph& graph) {
  static constexpr Step::Kind kKinds[] = {
      Step::Kind::Code,  Step::Kind::Rewrite,  Step::Kind::Revert, Step::Kind::Mend,
      Step::Kind::Break, Step::Kind::Category, Step::Kind::Data,   Step::Kind::Data,
      Step::Kind::Data,  Step::Kind::Gone};
  Step step;
  step.kind = kKinds[random.below(std::size(kKinds))];
  step.node = random.below(graph.nodes.size());
  step.day = static_cast<int>(random.below(static_cast<uint64_t>(graph.days)));
  step.value = random.below(1000);
  return step;
}

}  // namespace

Fault random_fault(Random& random, int64_t last) {
  Fault fault;
  fault.kind = static_cast<Fault::Kind>(random.below(Fault::kKinds));
  fault.at = random.between(1, last);
  if (fault.kind == Fault::Kind::Halt) {
    static constexpr int64_t kHalts[] = {3, 30, 120, 1000, 2400};
    fault.seconds = kHalts[random.below(std::size(kHalts))];
  }
  if (fault.kind == Fault::Kind::Late) fault.seconds = random.between(1, 60);
  if (fault.kind == Fault::Kind::Twice && random.one_in(2)) {
    fault.seconds = random.one_in(2) ? random.between(1, 60) : random.between(60, 1'800);
  }
  return fault;
}

Schedule random_schedule(uint64_t seed) {
  Random random(seed);
  Schedule schedule;
  schedule.seed = seed;
  schedule.command = "--seed " + std::to_string(seed);
  schedule.graph = random_graph(random, /*fatal=*/random.one_in(3));
  schedule.data = random_data(random, schedule.graph.days);
  schedule.processes = static_cast<int>(random.between(1, 3));
  schedule.cached_runs = random.one_in(3) ? static_cast<int>(random.below(2)) : 1000;
  schedule.slow = random.one_in(10) ? 20 : 1;
  const auto runs = random.between(1, 4);
  for (int64_t run = 0; run < runs; ++run) {
    if (run > 0) {
      for (auto edits = random.between(0, 3); edits > 0; --edits) {
        schedule.steps.push_back(random_edit(random, schedule.graph));
      }
    }
    Step step;
    step.kind = Step::Kind::Run;
    step.run = random_run(random, schedule.graph.days);
    schedule.steps.push_back(step);
  }
  for (auto faults = random.between(0, random.one_in(4) ? 12 : 5); faults > 0; --faults) {
    // Early points are in every schedule, late ones in long ones only.
    schedule.faults.push_back(random_fault(random, random.one_in(2) ? 300 : 1500));
  }
  return schedule;
}

Schedule reference_schedule(uint64_t seed, const Reference& what) {
  Schedule schedule;
  schedule.seed = seed;
  schedule.command = "--seed " + std::to_string(seed) + " --reference";
  schedule.graph = reference_graph();
  schedule.processes = 2;
  schedule.cached_runs = what.cached_runs;
  for (int day = 0; day < schedule.graph.days; ++day) {
    schedule.data[day] = static_cast<uint64_t>(100 + day);
  }
  Step run;
  run.kind = Step::Kind::Run;
  run.run.shared = !what.embedded;
  run.run.force = what.force;
  if (what.rich) {
    schedule.graph.nodes[1].version.scripts[2] = {Script::Kind::Fails, 2};
    Step edit;
    edit.kind = Step::Kind::Data;
    edit.day = 1;
    edit.value = 7;
    schedule.steps = {run, edit};
    schedule.steps[0].run.hasty = true;
  }
  if (what.long_cell) schedule.graph.nodes[1].duration_ms = kLongMs;
  schedule.steps.push_back(run);
  if (what.embedded) schedule.command += " --embedded";
  if (what.force) schedule.command += " --force";
  if (what.long_cell) schedule.command += " --long";
  if (what.rich) schedule.command += " --rich";
  if (what.cached_runs != Reference().cached_runs) {
    schedule.command += " --cached-runs " + std::to_string(what.cached_runs);
  }
  return schedule;
}

}  // namespace almanac::simulator
