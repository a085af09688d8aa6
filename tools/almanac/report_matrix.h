// Parts of the page of a build report: what became of each calculation on each date, and what it
// took.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tools/almanac/html.h"

namespace almanac {

void add_matrix(Html* page, const nlohmann::json& report);
void add_slowest(Html* page, const nlohmann::json& report);

}  // namespace almanac
