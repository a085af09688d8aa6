// How far a run is, asked of its workflows.
#pragma once

#include "temporal/client/client.h"
#include "workflows/run.h"

namespace almanac {

// What the run says of itself, with what its backfill and the passes under way have done so far.
temporal::Result<temporal::Outcome<RunProgress>> progress_of(
    const temporal::client::Client& client, const temporal::client::WorkflowHandle& run);

}  // namespace almanac
