// Round: one plan, carried out. Chunks of consecutive dates go through the passes in order; in a
// pass each calculation has a lane: its days in date order, computed in parallel, one after the
// other where it reads its own history.
#pragma once

#include <set>
#include <utility>

#include "workflows/run.h"

namespace almanac {

// Cells (calculation, day) that a round leaves for a later one, and those that may end the process:
// until the last of these is through, cells are computed one at a time and each is committed before
// the next.
using CellSet = std::set<std::pair<size_t, size_t>>;
struct Suspects {
  CellSet later, alone;
};

Result<RunSummary> run_round(Workspace& workspace, Planning& planning, const Ledger::Lease& lease,
                             const Suspects& suspects, const RunOptions& options);

}  // namespace almanac
