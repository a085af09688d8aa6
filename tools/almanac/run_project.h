// What run, backfill, catchup and retry share: a plan is carried out, and what became of it is
// told.
#pragma once

#include "activities/allowed_cells.h"
#include "activities/run_outcome.h"
#include "core/base/result.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"

namespace almanac {

// Plans, after the pre-flight: where code is new, and a certificate says that it can be compared,
// it is compared first, so that what does the same is not computed again.
Result<Planned> compare_and_plan(const Options& options);

// Does what was planned, on the project's engine; nothing where there is nothing to do. With `only`
// no other cells are changed. When it is through it pays back loans (tools/almanac/loans.h);
// evidence that one of them contradicts is revoked, and what stood on it computed again. Afterwards
// the planning is that of what is returned.
Result<Ran> carry_out(const Options& options, const AllowedCells* only, Planned* planned);

// Prints the report, and gives the exit code that follows.
int tell(const Options& options, const Planned& planned, const Ran& ran);

}  // namespace almanac
