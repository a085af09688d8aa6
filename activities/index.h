// Index step: what of the root data is new since the ledger last saw it.
#pragma once

#include <vector>

#include "core/data/availability.h"

namespace almanac {

// Per dataset the partitions whose fingerprint is not the recorded one. Partitions that are gone or
// cannot be read keep what is recorded.
std::vector<DatasetAvailability> changed_partitions(
    const std::vector<DatasetAvailability>& recorded, const Availability& found);

}  // namespace almanac
