// Outcomes of a task on their way from the child: see proto/runner.proto.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "runner/execute.h"

namespace almanac {

namespace wire {
class Done;
}

// Files are named by the last part of their path.
wire::Done to_frame(const std::vector<CellOutcome>& outcomes);

// Believes nothing: one outcome per date of the task in order, all hashes, files that are in
// `folder` with the size that they are said to have. Data error otherwise. Where there was no
// descriptor left to store with, it is the calculation that failed, not the store.
Result<std::vector<CellOutcome>> from_frame(const wire::Done& done, const CellTask& task,
                                            const std::string& folder);

}  // namespace almanac
