#include "activities/reconcile.h"

#include "activities/allowed_cells.h"
#include "activities/pass_plan.h"

namespace almanac {

namespace {

constexpr size_t kShownProblems = 20;

// Of the cells of some slices, those that were tried before.
Result<void> find_tried(Workspace& workspace, RunState& state, const std::vector<Slice>& slices,
                        AllowedCells* tried) {
  const Planner& planner = state.planner();
  for (const Slice& slice : slices) {
    const size_t c = planner.manifest().index.at(slice.calculation);
    for (size_t day = slice.first; day < slice.end; ++day) {
      const CellPlan plan = state.planner().evaluate(c, day);
      if (!is_change(plan.verdict) || plan.key.zero()) continue;
      TRY(const int used,
          workspace.ledger->attempts_used(slice.calculation, planner.date(day), plan.key));
      if (used > 0 || state.interruptions(c, day) > 0) {
        tried->insert({slice.calculation, planner.date(day)});
      }
    }
  }
  return {};
}

}  // namespace

Result<Reconciled> reconcile(Workspace& workspace, RunState& state, const Begun& begun) {
  Reconciled reconciled;
  AllowedCells tried;
  state.set_level(RunState::kNever);  // interrupted cells are looked at, too
  state.see_all_slices();
  for (const Chunk& chunk : begun.chunks) {
    for (const uint32_t pass : chunk.passes) {
      TRY(const PassPlan plan, plan_pass(state, {state.sweep(), chunk, pass}));
      reconciled.to_compute += plan.cells;
      TRY_VOID(find_tried(workspace, state, plan.slices, &tried));
    }
  }
  TRY(const auto deeds, workspace.ledger->deeds_of(state.sweep().order.run));
  for (const Deed& deed : deeds) {
    reconciled.published += deed.act == Act::Reused || deed.act == Act::Moved;
    reconciled.accepted += deed.act == Act::Accepted;
    reconciled.withdrawn += deed.act == Act::Withdrawn;
  }
  TRY(const auto letters, workspace.ledger->dead_letters());
  reconciled.dead_letters = letters.size();
  TRY(reconciled.problems, workspace.ledger->audit());
  if (const size_t all = reconciled.problems.size(); all > kShownProblems) {
    reconciled.problems.resize(kShownProblems);
    reconciled.problems.push_back("and " + std::to_string(all - kShownProblems) +
                                  " more of such problems");
  }
  reconciled.offered = tried.size();
  if (!tried.empty()) {
    TRY(reconciled.cells, keep_allowed_cells(*workspace.store, tried));
  }
  return reconciled;
}

}  // namespace almanac
