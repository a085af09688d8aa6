#include "tools/almanac/loans.h"

#include <algorithm>
#include <set>

#include "core/plan/spot_check.h"

namespace almanac {

namespace {

// The latest day may.
bool may_end_month(const Planner& planner, Date date) {
  const size_t next = planner.day_of(date) + 1;
  return next >= planner.days() || planner.date(next).parts().month != date.parts().month;
}

}  // namespace

Result<std::vector<Loan>> loans_of(Ledger& ledger, const Planner& planner) {
  std::vector<Loan> loans;
  const auto& calculations = planner.manifest().calculations;
  for (size_t c = 0; c < calculations.size(); ++c) {
    const auto evidence = planner.shared_on(c);
    if (evidence.empty()) continue;
    TRY(const auto cells, ledger.owed(calculations[c].id, planner.same_code(c)));
    for (const auto& cell : cells) {
      const auto at = planner.cell_at(cell.calculation, cell.date);
      if (!at) continue;
      // Cells of another key are computed anyway.
      const CellRecord* record = planner.record(at->first, at->second);
      if (code_parts(*record->identity) != code_parts(*planner.identity(c))) continue;
      loans.push_back({c, cell.date, evidence});
    }
  }
  return loans;
}

std::vector<Loan> payable(std::vector<Loan> loans, Planning& planning) {
  if (loans.empty()) return loans;
  std::set<std::pair<size_t, Date>> computable;
  for (const PlannedCell& cell : plan_cells(planning)) {
    if (!is_up_to_date(cell.verdict.state) || cell.archived) continue;
    computable.insert({cell.calculation, planning.planner->date(cell.day)});
  }
  std::erase_if(
      loans, [&](const Loan& loan) { return !computable.contains({loan.calculation, loan.date}); });
  return loans;
}

std::vector<Loan> due(const std::vector<Loan>& loans, const Planner& planner,
                      const Project& project) {
  std::vector<Loan> chosen;
  for (size_t first = 0; first < loans.size();) {
    const size_t c = loans[first].calculation;
    size_t end = first;
    while (end < loans.size() && loans[end].calculation == c) ++end;
    const size_t share = due_share(end - first);
    const bool audited =
        evidence_policy(project, planner.manifest().calculations[c]) == EvidencePolicy::Audited;
    for (size_t i = first; i < end; ++i) {
      const bool chosen_now =
          i - first < share || (audited && may_end_month(planner, loans[i].date));
      if (chosen_now) chosen.push_back(loans[i]);
    }
    first = end;
  }
  return chosen;
}

}  // namespace almanac
