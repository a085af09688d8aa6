// The analysis report: what would happen to each cell, as text and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "activities/plan.h"

namespace almanac {

// What a person reads for a state: the line of the report that it counts in. A skipped cell is
// "stable" there, a stable one "up to date", and failedDependency is "blocked".
std::string_view line_of(State state);
inline constexpr std::string_view kLines[] = {"run",     "rerun",  "stable",    "up to date",
                                              "blocked", "failed", "impossible"};

nlohmann::json plan_json(const Planning& planning, const std::vector<PlannedCell>& cells);

// Totals and, for everything that is not up to date, a line per calculation and reason; first the
// wanted cells, whose lines add up to the totals, then what they need.
void print_plan(const Planning& planning, const std::vector<PlannedCell>& cells);

// Identity of what a plan stands on: manifest, inputs and every decision. `run FILE` compares it.
std::string plan_digest(const Planning& planning, const std::vector<PlannedCell>& cells);

}  // namespace almanac
