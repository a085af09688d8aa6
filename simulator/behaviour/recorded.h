// Recorded contexts: what a cell was given, cut into pieces of a few entities each. Made-up data
// have every oddity; these have what belongs together.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "runner/execute.h"

namespace almanac::behaviour {

// Of the task's inputs, as bytes of contexts (runner/context_bytes.h): at most `most`, of entities
// that are spread over the first ones; without entities all is one. What is too long to be tried
// again and again is left out. Errors name the read and the date.
Result<std::vector<std::string>> recorded_contexts(const CellTask& task, size_t most);

}  // namespace almanac::behaviour
