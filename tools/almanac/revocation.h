// Revocation: what is said, loudly, of evidence that did not hold. Results that the code of now
// does not give were published on it.
#pragma once

#include <set>
#include <string>

#include "storage/ledger.h"

namespace almanac {

// Ids of the verdicts that are revoked.
Result<std::set<int64_t>> revoked(Ledger& ledger);

// Says of each that was not among those `before` how that was seen; how many there are.
size_t tell_revoked(const std::set<int64_t>& before, const std::set<int64_t>& now,
                    const std::string& how);

}  // namespace almanac
