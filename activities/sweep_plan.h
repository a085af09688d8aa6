// Plans a sweep: in which chunks of dates, and in which of their passes, something may be to do.
#pragma once

#include "activities/run_state.h"

namespace almanac {

// Decides every cell as if the run were over, so that what may follow from a change is counted in,
// and leaves all cells undecided. Sets the state's level: that of the sweep where it is 0,
// otherwise the next one that has interrupted cells, and 0 where there is none.
Begun plan_sweep(RunState& state);

}  // namespace almanac
