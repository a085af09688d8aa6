// Plan step: loads what the ledger, the store, the view and the root data know, and decides cells.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "activities/workspace.h"
#include "core/plan/planner.h"
#include "core/plan/wanted.h"

namespace almanac {

// What a person asked for.
struct Request {
  std::optional<Date> from, to;
  std::vector<std::string> lines;  // product lines; empty: all
  std::string select;              // expression of core/manifest/selection.h; empty: everything
  bool exact = false, force = false;
  std::vector<EvidenceRecord> assumed;  // as if it were recorded
};

// The cells of one command, with the planner that decides them. Holds references to the workspace.
struct Planning {
  std::vector<DatasetAvailability> recorded;  // fingerprints that the ledger knows
  Availability availability;
  std::vector<bool> selected;
  std::unique_ptr<Planner> planner;
  std::unique_ptr<Wanted> wanted;
  std::vector<std::string> warnings;
};

// `today`: the current date in the project's time zone; the default range ends the day before.
Result<std::unique_ptr<Planning>> start_planning(Workspace& workspace, const Request& request,
                                                 Date today);

// One line of a plan.
struct PlannedCell {
  size_t calculation, day;
  Role role;
  Verdict verdict;
  bool predicted, archived, withdraw;
  std::string detail, letter_code;
  Hash key;  // zero where predicted or not ready
};

// Decides every cell that has a role, in date order, and settles it as if the run were over.
std::vector<PlannedCell> plan_cells(Planning& planning);

// Of the selected calculations, what was seen of those that are not deterministic.
std::vector<Repeats> nondeterministic(const Planning& planning);

// Settles a cell that the command is not about: nobody is going to compute it, so what depends on
// it cannot count on it unless it is up to date.
void settle_without_run(Planner& planner, size_t calculation, size_t day, const CellPlan& plan);

// Whether a cell stands with the result that is recorded.
bool is_up_to_date(State state);
// Whether a run would compute, publish or move something for a cell in this state.
bool is_change(const Verdict& verdict);
// Whether it would compute the cell.
bool is_computed(const Verdict& verdict);
// Whether it would write anything about the cell, the probe of an open breaker included.
bool writes(const Verdict& verdict, bool withdraw);

}  // namespace almanac
