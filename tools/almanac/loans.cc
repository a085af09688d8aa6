#include "tools/almanac/loans.h"

#include <algorithm>
#include <set>

namespace almanac {

namespace {

constexpr size_t kLeast = 16, kOneIn = 20;

// Of the versions of a calculation that were accepted on evidence.
std::vector<int64_t> evidence_of(const Planner& planner, const std::string& calculation) {
  std::set<int64_t> ids;
  for (const CodeRecord& code : planner.codes()) {
    if (code.calculation == calculation && code.evidence != 0 && !code.revoked) {
      ids.insert(code.evidence);
    }
  }
  return {ids.begin(), ids.end()};
}

bool ends_month(const Planner& planner, Date date) {
  const size_t next = planner.day_of(date) + 1;
  return next < planner.days() && planner.date(next).parts().month != date.parts().month;
}

}  // namespace

Result<std::vector<Loan>> loans_of(Ledger& ledger, const Planner& planner) {
  std::vector<Loan> loans;
  const auto& calculations = planner.manifest().calculations;
  for (size_t c = 0; c < calculations.size(); ++c) {
    const auto evidence = evidence_of(planner, calculations[c].id);
    if (evidence.empty()) continue;
    // What has the same object code was not accepted on evidence.
    std::vector<Hash> paid = {planner.code(c)};
    for (const CodeRecord& code : planner.codes()) {
      const bool same = code.object == calculations[c].object && !code.object.zero();
      if (code.calculation == calculations[c].id && same) paid.push_back(code.code);
    }
    TRY(const auto cells, ledger.owed(calculations[c].id, paid));
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

std::vector<Loan> due(const std::vector<Loan>& loans, const Planner& planner,
                      const Project& project) {
  std::vector<Loan> chosen;
  for (size_t first = 0; first < loans.size();) {
    const size_t c = loans[first].calculation;
    size_t end = first;
    while (end < loans.size() && loans[end].calculation == c) ++end;
    const size_t share = std::max(kLeast, (end - first) / kOneIn);
    const bool audited =
        evidence_policy(project, planner.manifest().calculations[c]) == EvidencePolicy::Audited;
    for (size_t i = first; i < end; ++i) {
      const bool chosen_now = i - first < share || (audited && ends_month(planner, loans[i].date));
      if (chosen_now) chosen.push_back(loans[i]);
    }
    first = end;
  }
  return chosen;
}

}  // namespace almanac
