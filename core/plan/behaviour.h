// Behaviour: whose code stands in the keys of a calculation's cells. Its own, or that of a
// representative: an older version that does the same, as the objects prove or evidence shows. Then
// keys are what they were, and nothing is computed again. A version is compared with the
// representative, never along a chain. Pure.
#pragma once

#include <vector>

#include "core/ledger/records.h"
#include "core/manifest/calculation.h"
#include "core/manifest/evidence_policy.h"

namespace almanac {

// Raised whenever evidence is found otherwise: what was found before does not count then.
inline constexpr uint64_t kEvidenceRecipe = 6;

struct Behaviour {
  const CodeRecord* own = nullptr;             // as it is recorded; null: no run has met it
  const CodeRecord* representative = nullptr;  // null: it stands for itself
  int64_t evidence = 0;  // id of that on which it has a representative; 0: the objects prove it
  std::vector<const CodeRecord*> differs_from;  // as comparisons have shown
};

// `own`: own code and layers (code_of). `others`: others_of() its identity. What holds for one
// infrastructure does not for another. Code that no run has met has the behaviour of the latest
// whose object code is the same, or that of a representative with which it was compared
// (`evidence`). With the policy Strict nothing counts but objects.
Behaviour behaviour_of(const Calculation& calculation, const Hash& own, const Hash& others,
                       const std::vector<CodeRecord>& codes,
                       const std::vector<EvidenceRecord>& evidence, EvidencePolicy policy);

// What evidence is bound to beside code: all other parts of an identity, such as parameters and
// schema, and the recipe by which it was found.
Hash others_of(const Identity& identity);

// The parts of an identity that are code: `code` and `layer:PATH`.
std::vector<KeyPart> code_parts(const Identity& identity);

// An identity with the code of another version in place of its own.
Identity with_code(const Identity& identity, const std::vector<KeyPart>& code);

}  // namespace almanac
