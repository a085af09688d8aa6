// What one attempt measured, and why it ran, as the ledger keeps it.
#pragma once

#include <string>
#include <vector>

#include "runner/execute.h"

namespace almanac {

// `changed`: the parts of the key that differed from the recorded one.
std::string statistics_json(const Statistics& statistics, const std::vector<std::string>& changed);

}  // namespace almanac
