// Keeps the versions of code that a run meets for the first time: module and bundle in the store,
// so that later versions can be compared with them, and whose behaviour they have in the ledger.
#pragma once

#include "activities/workspace.h"
#include "core/plan/planner.h"

namespace almanac {

Result<void> keep_new_codes(Workspace& workspace, const Ledger::Lease& lease,
                            const Planner& planner);

}  // namespace almanac
