// Spot checks: which of the cells that stand on evidence are computed all the same, to see whether
// it holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace almanac {

// Before evidence counts: of the cells that would be skipped 2 %, 8 at least and 3,000 at most, all
// if there are fewer. The oldest, the newest, of a quarter those that read most, others evenly.
// `rows_read` of each, the oldest first; returns places in it, ascending.
std::vector<size_t> spot_checks(const std::vector<uint64_t>& rows_read);

// Afterwards: of so many loans of a calculation a run pays back 16 or, if that is more, 5 %.
size_t due_share(size_t loans);

}  // namespace almanac
