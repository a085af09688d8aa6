#include "workflows/run.h"

#include <map>
#include <nlohmann/json.hpp>

#include "activities/index.h"
#include "workflows/round.h"

namespace almanac {

namespace {

constexpr int kRepeats = 2;  // while root data or stored results change

// The cells that were being computed when an earlier run ended abruptly, by how often that
// happened: those that did it more often come later.
using ByCrashes = std::map<int, CellSet>;

ByCrashes interrupted_cells(const std::vector<Ledger::Interrupted>& interrupted,
                            const Planner& planner) {
  ByCrashes cells;
  for (const auto& [name, times] : interrupted) {
    if (const auto cell = planner.cell_at(name.calculation, name.date)) cells[times].insert(*cell);
  }
  return cells;
}

// One round leaves all suspects for later, then each further one takes those of the next level.
Suspects suspects_of(const ByCrashes& cells, int level) {
  Suspects suspects;
  for (const auto& [times, set] : cells) {
    if (times > level) suspects.later.insert(set.begin(), set.end());
    if (times == level) suspects.alone = set;
  }
  return suspects;
}

// What an earlier round has computed need not be forced again.
void force_once(Planning& planning, const RunSummary& summary) {
  CellSet done;
  for (const RanCell& cell : summary.cells) {
    if (cell.outcome == Outcome::Computed || cell.outcome == Outcome::Failed) {
      done.insert({cell.calculation, planning.planner->day_of(cell.date)});
    }
  }
  planning.planner->force(
      [wanted = planning.wanted.get(), done = std::move(done)](size_t c, size_t day) {
        return wanted->role(c, day) == Role::Wanted && !done.contains({c, day});
      });
}

}  // namespace

Result<Ran> run(Workspace& workspace, const Request& request, Date today,
                const RunOptions& options) {
  TRY(const Ledger::Lease lease, take_lease(workspace, options.run));
  workspace.store->sweep();
  const int64_t started = options.now_ms();
  Ran ran{options.run, {}, nullptr};
  RunSummary& summary = ran.summary;
  int repeats = 0, level = 0;
  for (;;) {
    TRY(ran.planning, start_planning(workspace, request, today));
    Planning& planning = *ran.planning;
    if (request.force) force_once(planning, summary);
    const auto changed = changed_partitions(planning.recorded, planning.availability);
    if (!changed.empty()) TRY_VOID(workspace.ledger->record_partitions(lease, changed));
    TRY(const auto interrupted, workspace.ledger->interrupted());
    const ByCrashes crashes = interrupted_cells(interrupted, *planning.planner);
    TRY(auto round, run_round(workspace, planning, lease, suspects_of(crashes, level), options));
    merge(std::move(round), &summary);
    const auto next = crashes.upper_bound(level);
    const bool repeat = summary.again && repeats < kRepeats;
    if (summary.interrupted || (!repeat && next == crashes.end())) break;
    if (repeat) {
      ++repeats;
    } else {
      level = next->first;
    }
  }
  summary.damaged = summary.again;
  if (summary.attempts > 0) {
    TRY_VOID(workspace.ledger->record_run(
        lease, {options.run, "run", totals_json(totals_of(summary, Role::Wanted)).dump(), started,
                options.now_ms()}));
  }
  TRY_VOID(workspace.ledger->release(lease));
  return ran;
}

}  // namespace almanac
