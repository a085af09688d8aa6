// What every history has to stand: it replays from the start, and wherever a workflow task began a
// worker that takes over there gives the commands that were given.
#pragma once

#include <memory>
#include <string>

#include "temporal/replay/history.h"
#include "temporal/workflow/definition.h"

namespace temporal::testing {

// Empty: it stands. Otherwise what differs, and where.
std::string check_replays(const std::shared_ptr<const replay::HistoryProto>& history,
                          const std::shared_ptr<const wf::WorkflowType>& type);

// "1 WorkflowExecutionStarted\n2 WorkflowTaskScheduled\n..."
std::string events_of(const replay::HistoryProto& history);

}  // namespace temporal::testing
