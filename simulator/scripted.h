// Scripted: the calculations of the graph, carried out as their scripts say.
#pragma once

#include <vector>

#include "runner/execute.h"
#include "simulator/stage.h"

namespace almanac::simulator {

// What the task's cells put out, and whether the process survives that. The graph is the process's.
struct Performance {
  std::vector<CellOutcome> outcomes;
  bool fatal = false;
};
Performance perform(Stage& stage, const Graph& graph, int64_t process, const CellTask& task);

// A violation where what the task is given is not committed.
void check_inputs(Stage& stage, const CellTask& task);

}  // namespace almanac::simulator
