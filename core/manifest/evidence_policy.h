// EvidencePolicy: what must be known before another code of a calculation counts as doing the same,
// so that its results are kept. From the project file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace almanac {

struct Calculation;
struct Project;

// From the least strict to the strictest.
enum class EvidencePolicy : uint8_t {
  Verified,  // evidence counts, and is verified on real cells
  Audited,   // so it is, and cells at the end of a month are computed again before a run ends
  Strict,    // only what the compiler makes the same is the same
};

// The policies of a project.
struct EvidencePolicies {
  EvidencePolicy all = EvidencePolicy::Verified;
  std::map<std::string, EvidencePolicy> tags, calculations;  // by tag, by id
};

// The policy that "strict", "verified" or "audited" names.
std::optional<EvidencePolicy> parse_evidence_policy(std::string_view name);

// The policy in force: that of the calculation itself, otherwise the strictest of its tags',
// otherwise that of all calculations.
EvidencePolicy evidence_policy(const Project& project, const Calculation& calculation);

}  // namespace almanac
