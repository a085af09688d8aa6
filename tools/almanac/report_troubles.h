// Parts of the page of a build report: what failed and what to do, and what is wrong with the data.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tools/almanac/html.h"

namespace almanac {

void add_troubles(Html* page, const nlohmann::json& report);

}  // namespace almanac
