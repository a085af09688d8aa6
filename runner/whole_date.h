// Executes a calculation that is given whole tables: one date (WholeDate), or several in one call
// (Series).
#pragma once

#include <vector>

#include "runner/execute.h"

namespace almanac {

// One outcome per date. Where a call for several dates fails as a whole, each date is computed
// alone, so that every date ends as it would have ended alone.
std::vector<CellOutcome> execute_whole(Instance& instance, const CellTask& task,
                                       const StagePath& stage);

}  // namespace almanac
