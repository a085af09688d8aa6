// The order of a run, made from the command line.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "activities/contracts.h"
#include "activities/plan.h"
#include "core/base/result.h"
#include "storage/ledger.h"
#include "tools/almanac/options.h"

namespace almanac {

std::string new_run_id();
Result<Order> order_of(const Options& options, const Project& project, const Manifest& manifest);

// Whether a run would write anything about the cells that were planned.
bool is_anything_to_do(const std::vector<PlannedCell>& cells);

// Temporary error where a run is under way by a service: another one would only wait for it.
Result<void> check_nobody_runs(Ledger& ledger, const Project& project);

// The first interrupt drains what is under way, the second ends the process at once, which loses
// nothing that is committed. The flag becomes true with the first.
const std::atomic<bool>& stop_on_signals();

}  // namespace almanac
