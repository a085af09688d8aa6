// The analysis report: what would happen to each cell, as text and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "activities/plan.h"

namespace almanac {

nlohmann::json plan_json(const Planning& planning, const std::vector<PlannedCell>& cells);

// Totals and, for everything that is not up to date, a line per calculation and reason.
void print_plan(const Planning& planning, const std::vector<PlannedCell>& cells);

// Identity of what a plan stands on: manifest, inputs and every decision. `run FILE` compares it.
std::string plan_digest(const Planning& planning, const std::vector<PlannedCell>& cells);

}  // namespace almanac
