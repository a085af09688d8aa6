// Why cells are blocked, failed or impossible: each is put down to one cell that is so by itself,
// and these are grouped by calculation, state and reason.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "tools/almanac/session.h"

namespace almanac {

// {calculation, state, reason, detail, roots, cells, from, to}, most cells first: `roots` cells are
// so by themselves, and `cells` of those on the days from `first_day` on are so because of them,
// themselves included. Each cell counts once, also where more than one keeps it waiting.
nlohmann::json root_causes(const Planning& planning, const std::vector<PlannedCell>& cells,
                           size_t first_day);

}  // namespace almanac
