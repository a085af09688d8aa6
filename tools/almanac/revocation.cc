#include "tools/almanac/revocation.h"

#include "tools/almanac/console.h"

namespace almanac {

Result<std::set<int64_t>> revoked(Ledger& ledger) {
  std::set<int64_t> ids;
  TRY(const auto all, ledger.evidence());
  for (const EvidenceRecord& record : all) {
    if (record.revoked && record.kind == EvidenceRecord::Kind::Verdict) ids.insert(record.id);
  }
  return ids;
}

size_t tell_revoked(const std::set<int64_t>& before, const std::set<int64_t>& now,
                    const std::string& how) {
  size_t count = 0;
  for (const int64_t id : now) {
    if (before.contains(id)) continue;
    ++count;
    warn("EVIDENCE " + std::to_string(id) + " DID NOT HOLD: " + how);
  }
  return count;
}

}  // namespace almanac
