// What a run does about one cell, as soon as all that it reads is settled: everything that needs no
// computing is done here, and says so to the planner.
#pragma once

#include "activities/run_state.h"

namespace almanac {

struct CellDecision {
  enum class What {
    Nothing,  // the run is not about it, or it is as it should be, or something was noted
    Compute,
    Alone,    // compute, while nothing else is under way: it may end the process
    Probe,    // compute, to see whether the open breaker may close
    Later,    // the next sweep, the next run, or nobody who this run is for
    Damaged,  // the stored result was set aside; another sweep computes it
  };
  What what = What::Nothing;
  CellPlan plan;  // where it is computed

  bool compute() const {
    return what == What::Compute || what == What::Alone || what == What::Probe;
  }
};

// Settles the cell, unless it is to be computed. `probe`: an open breaker may be tried with it.
Result<CellDecision> take_in_hand(RunState& state, size_t calculation, size_t day, bool probe);

}  // namespace almanac
