// What is wrong with a set of calculations, each by itself and against the others and the project.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/manifest/calculation.h"
#include "core/manifest/project.h"

namespace almanac {

inline constexpr uint32_t kMaxWindowDays = 10'000;

// One line for each problem, "<file>: <what was expected, what was found>", sorted by file; empty
// when all is well. Cycles are not looked for: they need all names to be known.
std::vector<std::string> problems_of(const std::vector<Calculation>& calculations,
                                     const Project& project);

// The canonical text of a parameter's value ("14.0" and "14" are the same float64); Usage error
// when the text is not a value of the type.
Result<std::string> canonical_value(const Calculation::Parameter& parameter,
                                    const std::string& text);

}  // namespace almanac
