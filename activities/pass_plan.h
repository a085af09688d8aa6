// Plans a pass in a chunk: does what needs no computing, and cuts the rest into slices.
#pragma once

#include "activities/run_state.h"

namespace almanac {

// Takes each cell of the pass in hand. A slice has the cells of one calculation on days that follow
// each other, as many as are predicted to take some seconds in all; the whole rest of the chunk
// where the calculation reads its own history. Those that are computed alone come last, one by one.
Result<PassPlan> plan_pass(RunState& state, const PassOrder& order);

}  // namespace almanac
