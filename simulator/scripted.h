// Scripted: the calculations of the graph, carried out as their scripts say.
#pragma once

#include <vector>

#include "runner/execute.h"
#include "simulator/stage.h"

namespace almanac::simulator {

// What the task's cells put out, and whether the process survives that. Checks that what it is
// given is what is committed.
struct Performance {
  std::vector<CellOutcome> outcomes;
  bool fatal = false;
};
Performance perform(Stage& stage, const CellTask& task);

// How long the task takes.
int64_t duration_ms_of(const Stage& stage, const CellTask& task);

}  // namespace almanac::simulator
