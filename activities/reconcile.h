// Reconciles what is recorded with what is there, and computes nothing: what processes that are
// gone had begun is given back, results that are not in the view are published, those of impossible
// cells leave it, and the ledger's counters are checked against each other.
#pragma once

#include "activities/run_state.h"

namespace almanac {

// The state is of a sweep that has begun, and `begun` is its plan. `offered` of the answer names
// the cells that an earlier run tried and that may be tried again: they failed with attempts left,
// or their process was lost.
Result<Reconciled> reconcile(Workspace& workspace, RunState& state, const Begun& begun);

}  // namespace almanac
