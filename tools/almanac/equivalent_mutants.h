// The file in which people keep the mutants that do the same as the original, so that certificates
// do not count them (simulator/behaviour/certification.h):
//
//   [[mutant]]
//   file = "layers/lots.h"
//   line = "} else if (day == date) {"     # as certify shows it
//   now = "} else if (day >= date) {"      # without it: whatever becomes of the line
//   calculations = ["fees"]                # for which it holds; without it, for all
//   why = "no day is later than the date"
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "simulator/behaviour/certification.h"

namespace almanac {

inline constexpr const char* kEquivalentMutants = "equivalent_mutants.toml";

// Of the project in that folder; none where there is no such file. Usage error where it is not as
// above.
Result<std::vector<behaviour::Equivalent>> read_equivalent_mutants(const std::string& root);

}  // namespace almanac
