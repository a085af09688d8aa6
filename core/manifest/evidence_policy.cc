#include "core/manifest/evidence_policy.h"

#include <algorithm>

#include "core/manifest/calculation.h"
#include "core/manifest/project.h"

namespace almanac {

std::optional<EvidencePolicy> parse_evidence_policy(std::string_view name) {
  if (name == "verified") return EvidencePolicy::Verified;
  if (name == "audited") return EvidencePolicy::Audited;
  if (name == "strict") return EvidencePolicy::Strict;
  return std::nullopt;
}

EvidencePolicy evidence_policy(const Project& project, const Calculation& calculation) {
  const EvidencePolicies& policies = project.evidence;
  const auto own = policies.calculations.find(calculation.id);
  if (own != policies.calculations.end()) return own->second;
  std::optional<EvidencePolicy> strictest;
  for (const auto& tag : calculation.tags) {
    const auto found = policies.tags.find(tag);
    if (found == policies.tags.end()) continue;
    strictest = strictest ? std::max(*strictest, found->second) : found->second;
  }
  return strictest.value_or(policies.all);
}

}  // namespace almanac
