// Rekey: what becomes of keys when a calculation gets another name. The name is in its own key, and
// in the code and in the reads of those that read it, so all of these get other hashes although
// nothing else changed. Pure.
#pragma once

#include "core/ledger/records.h"

namespace almanac {

// A recorded identity with what it says of the name exchanged: a part that is as it was just
// `before` the renaming becomes as it is `now`; any other part differed already, and goes on
// differing.
Identity rekeyed(const Identity& recorded, const Identity& before, const Identity& now);

// The key of a cell.
Hash key_of(const std::string& calculation, Date date, const Identity& identity,
            const std::vector<Hash>& dated);

}  // namespace almanac
