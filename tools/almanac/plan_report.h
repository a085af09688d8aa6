// The analysis report: what would happen to each cell, as text and as JSON.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "activities/plan.h"

namespace almanac {

// How many cells are in each state, by state: those there are, a line each.
using StateTotals = std::array<size_t, kStates>;
void print_totals(const StateTotals& totals);

nlohmann::json plan_json(const Planning& planning, const std::vector<PlannedCell>& cells);

// Totals and, for everything that is not up to date, a line per calculation and reason; first the
// wanted cells, whose lines add up to the totals, then what they need.
void print_plan(const Planning& planning, const std::vector<PlannedCell>& cells);

// Identity of what a plan stands on: manifest, inputs and every decision. `run FILE` compares it.
std::string plan_digest(const Planning& planning, const std::vector<PlannedCell>& cells);

}  // namespace almanac
