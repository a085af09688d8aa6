// The build report for a terminal: per date what became of the cells, whether they add up, what
// keeps cells from being computed, and what cannot be read.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace almanac {

// The document of build_report.h.
void print_report(const nlohmann::json& report);

}  // namespace almanac
