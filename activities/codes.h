// Keeps the versions of code that a run meets for the first time, of calculations that it is about:
// module and bundle in the store, so that later versions can be compared with them, and whose
// behaviour they have in the ledger.
#pragma once

#include "activities/plan.h"
#include "activities/workspace.h"

namespace almanac {

Result<void> keep_new_codes(Workspace& workspace, const Ledger::Lease& lease,
                            const Planning& planning);

}  // namespace almanac
