// Descriptions of workflows, from what the service says of them.
#pragma once

#include "temporal/api/workflow/v1/message.pb.h"
#include "temporal/client/workflow_handle.h"

namespace temporal::client {

WorkflowDescription description_of(const api::workflow::v1::WorkflowExecutionInfo& info);

}  // namespace temporal::client
