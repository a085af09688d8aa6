// What run, backfill, catchup and retry share: a plan is carried out, and what became of it is
// told.
#pragma once

#include "activities/allowed_cells.h"
#include "activities/run_outcome.h"
#include "core/base/result.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"

namespace almanac {

// Does what was planned, on the project's engine; nothing where there is nothing to do. With `only`
// no other cells are changed. Afterwards the planning is that of what is returned.
Result<Ran> carry_out(const Options& options, const AllowedCells* only, Planned* planned);

// Prints the report, and gives the exit code that follows.
int tell(const Options& options, const Planned& planned, const Ran& ran);

}  // namespace almanac
