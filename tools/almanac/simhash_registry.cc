#include "tools/almanac/simhash_registry.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/plan/behaviour.h"

namespace almanac {

const EvidenceRecord* contradiction(const std::vector<EvidenceRecord>& known,
                                    const EvidenceRecord& asked,
                                    const behaviour::Finding& finding) {
  const std::string nothing = Hash().hex();
  for (const EvidenceRecord& record : known) {
    if (record.kind != EvidenceRecord::Kind::Verdict || record.calculation != asked.calculation ||
        record.infrastructure != asked.infrastructure || record.others != asked.others) {
      continue;
    }
    const auto document = nlohmann::json::parse(record.document, nullptr, false);
    if (!document.is_object() || document.value("recipe", uint64_t{0}) != kEvidenceRecipe) continue;
    for (const auto& [code, name] :
         {std::pair{record.before, "simhash_before"}, {record.now, "simhash_now"}}) {
      const std::string was = document.value(name, nothing);
      for (const auto& [version, simhash] :
           {std::pair{asked.before, finding.simhash_before}, {asked.now, finding.simhash_now}}) {
        const bool is_known = was != nothing && !simhash.zero();
        if (code == version && is_known && was != simhash.hex()) return &record;
      }
    }
  }
  return nullptr;
}

}  // namespace almanac
