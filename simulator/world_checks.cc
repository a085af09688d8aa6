// What must hold of a world after one of its runs.
#include <nlohmann/json.hpp>

#include "simulator/world.h"

namespace almanac::simulator {

std::unique_ptr<Workspace> World::look() {
  return memory_workspace(&stage_, stage_.graph, 0, {}, nothing_happens);
}

void World::check_run(const RunStep& step, const Ended& ended) {
  const std::string name = "run " + ended.order.run;
  if (ended.stuck) return stage_.violation(name + " does not end");
  check_attempts();
  auto attempts = stage_.ledger->attempts_of_run(ended.order.run);
  auto breakers = stage_.ledger->breakers();
  const auto problems = stage_.ledger->audit();
  if (!attempts.ok() || !breakers.ok() || !problems.ok()) {
    return stage_.violation(name + ": the ledger cannot be read");
  }
  for (const std::string& problem : *problems) stage_.violation(name + ": " + problem);
  reports_.push_back({std::move(*attempts), std::move(*breakers)});
  if (ended.died && step.shared) stage_.violation(name + " died though others could go on");
  if (ended.error) {
    // A run of one process ends with what engine or storage fail with. One that stood still for
    // long beside another has lost the lease to it.
    const Error::Kind kind = ended.error->kind;
    const bool cancelled = step.cancel_after_ms >= 0;
    const bool lost = kind == Error::Kind::LeaseLost && (step.beside_after_ms >= 0 || cancelled);
    const bool temporary = kind == Error::Kind::Temporary && (!step.shared || cancelled);
    // A blob that goes between store and view.
    const bool rotten = stage_.rotten > 0 && ended.error->message.ends_with(kNoBlob);
    if (!lost && !temporary && !rotten) stage_.violation(name + " failed: " + ended.error->message);
  }
  check_lease(ended);
  check_outcome(step, ended);
  quiet_ = check_cells(ended);
}

// A process that is gone leaves both for the next one; so does a run that was cancelled before it
// began, for nobody renews what it may have taken.
void World::check_lease(const Ended& ended) {
  const bool begun = ended.tally && ended.tally->totals != "{}";
  if (ended.died || (!ended.order.shared && ended.error) || (ended.tally && !begun)) return;
  const auto running = stage_.ledger->running();
  const auto holder = stage_.ledger->holder();
  if (!running.ok() || !holder.ok()) return stage_.violation("the ledger cannot be read");
  for (const Attempt& attempt : *running) {
    if (ended.error && attempt.run != ended.order.run) continue;
    stage_.violation("run " + ended.order.run + " leaves a running attempt of " +
                     attempt.calculation);
  }
  if (*holder && (!ended.error || (*holder)->run == ended.order.run)) {
    stage_.violation("run " + ended.order.run + " is over and run " + (*holder)->run +
                     " has the lease");
  }
}

void World::check_outcome(const RunStep& step, const Ended& ended) {
  if (!ended.tally) return;
  const std::string name = "run " + ended.order.run;
  const auto workspace = look();
  const auto ran = outcome_of(*workspace, ended.order, ended.tally->cancelled, ended.tally->moved);
  if (!ran.ok()) return stage_.violation(name + ": " + ran.error().message);
  std::set<std::pair<size_t, Date>> cells;
  size_t wanted = 0;
  for (const RanCell& cell : ran->summary.cells) {
    wanted += cell.role == Role::Wanted;
    if (!cells.insert({cell.calculation, cell.date}).second) {
      stage_.violation(name + " has a cell in two outcomes");
    }
  }
  const int first = std::max(0, step.first);
  const int last = step.last < 0 ? stage_.graph.days - 1 : step.last;
  const size_t asked = stage_.graph.nodes.size() * static_cast<size_t>(last - first + 1);
  if (wanted != asked) {
    stage_.violation(name + " is about " + std::to_string(wanted) + " cells of " +
                     std::to_string(asked));
  }
  const auto attempts = stage_.ledger->attempts_of_run(ended.order.run);
  if (!attempts.ok()) return stage_.violation(attempts.error().message);
  std::set<std::pair<std::string, Date>> succeeded;
  for (const Attempt& attempt : *attempts) {
    if (attempt.status == AttemptStatus::Success) {
      succeeded.insert({attempt.calculation, attempt.date});
    }
  }
  size_t computed = 0;
  for (const RanCell& cell : ran->summary.cells) {
    const bool is = cell.outcome == Outcome::Computed;
    computed += is;
    const std::string& id = workspace->manifest.calculations[cell.calculation].id;
    if (is && !succeeded.contains({id, cell.date})) {
      stage_.violation(name + " reports " + id + " computed that has no attempt");
    }
  }
  if (stage_.moved || stage_.halted || stage_.haunted) return;
  // What was cancelled may not have come into the view.
  if (!ended.tally->cancelled && computed != succeeded.size()) {
    stage_.violation(name + " reports " + std::to_string(computed) + " computed cells of " +
                     std::to_string(succeeded.size()));
  }
  const std::string totals = totals_json(totals_of(ran->summary, Role::Wanted)).dump();
  // What was cancelled before it began has counted nothing.
  if (ended.tally->cancelled && ended.tally->totals == "{}") return;
  if (totals != ended.tally->totals) {
    stage_.violation(name + " told " + ended.tally->totals + ", the ledger says " + totals);
  }
}

}  // namespace almanac::simulator
