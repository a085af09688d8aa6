// The order of a run, made from the command line.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "activities/contracts.h"
#include "activities/plan.h"
#include "core/base/result.h"
#include "tools/almanac/options.h"

namespace almanac {

std::string new_run_id();
// The workspace's ledger has a file already.
Result<Order> order_of(const Options& options, const Workspace& workspace);

// Whether a run would write anything about the cells that were planned.
bool is_anything_to_do(const std::vector<PlannedCell>& cells);

// The lease of a run that its service no longer has; empty: there is none. Temporary error where a
// run is under way, here or by a service.
Result<std::optional<Ledger::LeaseHolder>> left_lease(const Project& project, Ledger& ledger);

// The same before anything that needs the ledger's lease, and while nothing in this process has the
// ledger open. What was left is given back.
Result<void> check_nobody_runs(const Project& project);

// Writes the ledger under a lease, which is given back in any case. Nothing else in this process
// has the ledger open.
Result<void> write_ledger(
    const Project& project, const Manifest& manifest,
    const std::function<Result<void>(Ledger& ledger, const Ledger::Lease& lease)>& write);

}  // namespace almanac
