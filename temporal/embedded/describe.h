// What is said of a run when it is described or listed.
#pragma once

#include "temporal/api/workflow/v1/message.pb.h"
#include "temporal/embedded/engine.h"

namespace temporal::embedded {

void fill_info(const Run& run, api::workflow::v1::WorkflowExecutionInfo& info);

}  // namespace temporal::embedded
