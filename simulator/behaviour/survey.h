// Survey: what is typical of the data that a calculation reads, from the inputs of one of its
// cells.
#pragma once

#include "core/base/result.h"
#include "runner/execute.h"
#include "simulator/behaviour/material.h"

namespace almanac::behaviour {

// Reads the first rows of each input's last day. Errors name the read and the date.
Result<Material> survey(const CellTask& task);

}  // namespace almanac::behaviour
