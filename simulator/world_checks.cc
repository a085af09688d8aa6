// What must hold of a world after its runs.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "simulator/oracle.h"
#include "simulator/world.h"

namespace almanac::simulator {

namespace {

Expected::State state_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::Failed:
      return Expected::State::Failed;
    case Outcome::FailedDependency:
      return Expected::State::FailedDependency;
    case Outcome::Blocked:
    case Outcome::Cancelled:
      return Expected::State::Blocked;
    case Outcome::Impossible:
      return Expected::State::Impossible;
    default:
      return Expected::State::UpToDate;
  }
}

std::string name_of_cell(size_t node, int day) {
  return id_of(node) + " on " + date_of(day).str();
}

}  // namespace

std::unique_ptr<Workspace> World::look() const {
  auto workspace = std::make_unique<Workspace>();
  workspace->project = stage_.graph.project();
  workspace->manifest = stage_.graph.manifest();
  workspace->ledger = std::move(Ledger::open(stage_.ledger_path, Ledger::Mode::ReadWrite)).value();
  const Seam nothing = [](Place, const char*) -> Result<void> { return {}; };
  Memory* const memory = const_cast<Memory*>(&stage_.memory);
  workspace->store = memory_store(memory, nothing);
  workspace->published = memory_view(memory, nothing);
  workspace->open_root_data = [memory, nothing, project = workspace->project] {
    return memory_data(memory, project, nothing);
  };
  workspace->root_data = workspace->open_root_data();
  return workspace;
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
  if (ended.died) {
    if (step.shared) stage_.violation(name + " died though others could go on");
    return;
  }
  const bool cancelled = step.cancel_after_ms >= 0;
  if (ended.error) {
    // A run of one process ends with what engine or storage fail with.
    // One that stood still for long beside another has lost the lease to it.
    const bool lost = step.beside_after_ms >= 0 && ended.error->kind == Error::Kind::LeaseLost;
    const bool may = lost || (!step.shared && ended.error->kind == Error::Kind::Temporary);
    if (!may && !cancelled) stage_.violation(name + " failed: " + ended.error->message);
    return;
  }
  const auto running = stage_.ledger->running();
  if (!running.ok() || !running->empty()) {
    stage_.violation(name + " leaves a running attempt of " +
                     (running.ok() ? running->front().calculation : "an unknown cell"));
  }
  const auto holder = stage_.ledger->holder();
  // Who is cancelled before having begun may have taken it; nobody renews it, and so it ends.
  const bool begun = !ended.tally || ended.tally->totals != "{}";
  if (!holder.ok() || (*holder && begun)) stage_.violation(name + " keeps its lease");
  check_outcome(step, ended);
}

// At most one attempt of a key is committed, unless somebody forces another.
void World::check_attempts() {
  std::map<std::tuple<std::string, Date, Hash>, int> committed;
  size_t attempts = 0;
  for (size_t node = 0; node < stage_.graph.nodes.size(); ++node) {
    for (int day = 0; day < stage_.graph.days; ++day) {
      const auto made = stage_.ledger->attempts(id_of(node), date_of(day));
      if (!made.ok()) return stage_.violation(made.error().message);
      attempts += made->size();
      for (const Attempt& attempt : *made) {
        if (attempt.status != AttemptStatus::Success) continue;
        if (forced_.contains(attempt.run)) continue;
        if (++committed[{attempt.calculation, attempt.date, attempt.key}] < 2) continue;
        stage_.violation(name_of_cell(node, day) + " was computed twice for one key, in " +
                         attempt.run + " as " + attempt.state + " (" + attempt.reason + ")");
      }
    }
  }
  attempts_ = attempts;
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
  if (stage_.disturbed) return;
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

// True where another run has nothing to do.
bool World::check_all_done() {
  RunStep all;
  const auto workspace = look();
  const auto ran = outcome_of(*workspace, order_of(all), false, false);
  if (!ran.ok()) {
    stage_.violation(ran.error().message);
    return false;
  }
  bool quiet = true;
  std::set<std::pair<size_t, int>> held;
  for (const RanCell& cell : ran->summary.cells) {
    if (cell.verdict.reason != Reason::BreakerOpen) continue;
    held.insert(
        {node_of(workspace->manifest.calculations[cell.calculation].id), day_of(cell.date)});
    quiet = false;
  }
  const auto expected = oracle(stage_.graph, stage_.memory.data, held);
  for (const RanCell& cell : ran->summary.cells) {
    const size_t node = node_of(workspace->manifest.calculations[cell.calculation].id);
    const int day = day_of(cell.date);
    const Expected& wanted = expected[node][static_cast<size_t>(day)];
    const Script script = stage_.graph.nodes[node].script(day);
    if (script.kind == Script::Kind::Poison && !script.ends_well()) quiet = false;
    const std::string name = name_of_cell(node, day);
    if (state_of(cell.outcome) != wanted.state) {
      stage_.violation(name + " is " + std::string(name_of(cell.outcome)) + " (" +
                       std::string(name_of(cell.verdict.reason)) + "; " + cell.detail +
                       "), expected is " + name_of(wanted.state));
      continue;
    }
    if (wanted.value) {
      const Hash hash = result_of(*wanted.value).hash;
      if (cell.result != hash) stage_.violation(name + " has a wrong result");
      check_view(node, day, hash);
    } else if (wanted.state == Expected::State::Impossible) {
      check_view(node, day, std::nullopt);
    }
  }
  return quiet;
}

void World::check_view(size_t node, int day, std::optional<Hash> expected) {
  for (const char* category : {"model", "other"}) {
    const auto found = stage_.memory.view.find({category, id_of(node), date_of(day)});
    const bool there = found != stage_.memory.view.end();
    const bool here = expected && stage_.graph.nodes[node].category == category;
    if (there != here || (there && found->second != *expected)) {
      stage_.violation(name_of_cell(node, day) + " is wrong in the view below " + category);
    }
  }
}

}  // namespace almanac::simulator
