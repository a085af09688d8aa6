#include "tools/almanac/evidence_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "tools/almanac/loans.h"

namespace almanac {

namespace {

using nlohmann::json;

json versions_json(const Planner& planner) {
  size_t own = 0, identical = 0, cosmetic = 0, revoked = 0;
  for (const CodeRecord& code : planner.codes()) {
    if (code.revoked) {
      ++revoked;
    } else if (code.representative == code.code) {
      ++own;
    } else {
      ++(code.evidence == 0 ? identical : cosmetic);
    }
  }
  return {{"own", own}, {"identical", identical}, {"cosmetic", cosmetic}, {"revoked", revoked}};
}

uint64_t count_in(const json& document, const char* name) {
  return document.is_object() ? document.value(name, uint64_t{0}) : 0;
}

// By calculation, of those that have the recipe of now.
std::map<std::string, const EvidenceRecord*> latest_certificates(const Planner& planner) {
  std::map<std::string, const EvidenceRecord*> latest;
  for (const EvidenceRecord& record : planner.evidence()) {
    if (record.revoked || record.kind == EvidenceRecord::Kind::Verdict) continue;
    const json document = json::parse(record.document, nullptr, false);
    if (count_in(document, "recipe") == kEvidenceRecipe) latest[record.calculation] = &record;
  }
  return latest;
}

// Cells that were accepted on evidence, and computed again since with the same result.
Result<size_t> verified_cells(Ledger& ledger, const Planner& planner) {
  size_t cells = 0;
  for (const Calculation& calculation : planner.manifest().calculations) {
    std::vector<Hash> accepted;
    for (const CodeRecord& code : planner.codes()) {
      const bool is_borrower = code.evidence != 0 && !code.revoked;
      if (code.calculation == calculation.id && is_borrower) accepted.push_back(code.code);
    }
    if (accepted.empty()) continue;
    TRY(const size_t its, ledger.verified(calculation.id, accepted));
    cells += its;
  }
  return cells;
}

}  // namespace

Result<json> report_evidence(Ledger& ledger, const Planner& planner) {
  json certificates = json::array();
  uint64_t mutants = 0, missed = 0;
  for (const auto& [calculation, latest] : latest_certificates(planner)) {
    const EvidenceRecord& record = *latest;
    const json document = json::parse(record.document, nullptr, false);
    const uint64_t combined = count_in(document, "combined");
    const uint64_t of = count_in(document, "mutants") - combined;
    const uint64_t told = count_in(document, "told_apart") - combined;
    certificates.push_back({{"calculation", record.calculation},
                            {"verdict", record.verdict},
                            {"mutants", of},
                            {"told_apart", told}});
    mutants += of;
    missed += of - std::min(of, told);
  }
  TRY(const auto loans, loans_of(ledger, planner));
  TRY(const size_t verified, verified_cells(ledger, planner));
  return json{{"versions", versions_json(planner)},
              {"certificates", std::move(certificates)},
              {"mutants", mutants},
              {"missed", missed},
              {"owed", loans.size()},
              {"verified", verified}};
}

}  // namespace almanac
