// Executes a per-entity calculation: streams batches of entities through the module.
#pragma once

#include "runner/execute.h"

namespace almanac {

CellOutcome execute_per_entity(Instance& instance, const CellTask& task, const StagePath& stage);

}  // namespace almanac
