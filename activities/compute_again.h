// Computes a task a second time, elsewhere, and compares.
#pragma once

#include <optional>
#include <vector>

#include "activities/compute.h"
#include "activities/slice_run.h"

namespace almanac {

// How many of the cells came out otherwise; without the name and the code of the calculation.
// Nothing where one of `outcomes` failed, or none came out a second time because the engine, memory
// or time did not allow it. Another failure of the second time is a difference.
std::optional<Repeats> compute_again(const Execute& again, const RootData& root,
                                     const CellTask& task,
                                     const std::vector<CellOutcome>& outcomes);

}  // namespace almanac
