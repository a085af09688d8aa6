#include "tools/almanac/evidence_report.h"

#include <algorithm>
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

// Cells that were skipped on evidence so far, as they were counted when it was found.
uint64_t skipped_on(const EvidenceRecord& record) {
  const json document = json::parse(record.document, nullptr, false);
  if (!document.is_object() || !document.contains("shadow")) return 0;
  return count_in(document["shadow"], "of");
}

}  // namespace

Result<json> report_evidence(Ledger& ledger, const Planner& planner) {
  json certificates = json::array();
  uint64_t mutants = 0, missed = 0, skipped = 0;
  for (const EvidenceRecord& record : planner.evidence()) {
    if (record.revoked) continue;
    if (record.kind == EvidenceRecord::Kind::Verdict) {
      if (record.verdict == kCosmetic) skipped += skipped_on(record);
      continue;
    }
    const json document = json::parse(record.document, nullptr, false);
    const uint64_t of = count_in(document, "mutants"), told = count_in(document, "told_apart");
    certificates.push_back({{"calculation", record.calculation},
                            {"verdict", record.verdict},
                            {"mutants", of},
                            {"told_apart", told}});
    if (record.verdict != "certified") continue;
    mutants += of;
    missed += of - std::min(of, told);
  }
  TRY(const auto loans, loans_of(ledger, planner));
  return json{{"versions", versions_json(planner)},
              {"certificates", std::move(certificates)},
              {"mutants", mutants},
              {"missed", missed},
              {"owed", loans.size()},
              {"verified", skipped - std::min<uint64_t>(skipped, loans.size())}};
}

}  // namespace almanac
