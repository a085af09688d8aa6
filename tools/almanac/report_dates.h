// Part of the page of a build report: of each date the sum check, the time spent, and what is not
// just up to date.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tools/almanac/html.h"

namespace almanac {

// There is a date at least.
void add_dates(Html* page, const nlohmann::json& report);

}  // namespace almanac
