// Orders that the workers of the project's Temporal service carry out, waited for to their end.
//
// When `stop` becomes true, the run is asked to end; where that cannot be said, or nobody takes it
// up, the error tells what becomes of the run. So it does when the service stays away. The
// workspace, which nobody else holds, is closed meanwhile.
#pragma once

#include <atomic>
#include <memory>

#include "activities/contracts.h"
#include "activities/workspace.h"
#include "core/base/result.h"

namespace almanac {

Result<Tally> run_on_service(std::shared_ptr<Workspace> workspace, const Order& order,
                             const std::atomic<bool>& stop);
Result<Reconciled> reconcile_on_service(std::shared_ptr<Workspace> workspace, const Order& order,
                                        const std::atomic<bool>& stop);

}  // namespace almanac
