// Identity of a calculation: the parts of its cells' keys that do not depend on the date.
#pragma once

#include "core/ledger/records.h"
#include "core/manifest/manifest.h"
#include "core/manifest/project.h"
#include "core/plan/decide.h"

namespace almanac {

// Parts: code, one per layer, parameters, schema (output columns), columns (what is read, with
// types), infrastructure, epoch. Also names the per-date parts in the order in which a key hashes
// them: for each read dataset:NAME or dependency:NAME (its last day), window:NAME (its earlier
// days, where the window is longer than a day), history (own previous result) or calendar.
// What a read is keyed by belongs to `columns`: it decides which rows an entity is given.
Identity identity_of(const Calculation& calculation, const Manifest& manifest,
                     const Project& project);

// Covers names and hashes of the static parts.
Hash hash_of(const Identity& identity);

// What the provenance of a cell says of its own code: code and layers.
Hash code_of(const Identity& identity);

// Parts in which two keys differ, by name; a part that only one of them has differs.
std::vector<std::string> changed_parts(const Identity& old_identity,
                                       const std::vector<Hash>& old_dated,
                                       const Identity& new_identity,
                                       const std::vector<Hash>& new_dated);

}  // namespace almanac
