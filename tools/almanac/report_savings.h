// Part of the page of a build report: what did not have to be computed and why, and what came out
// otherwise when it was computed twice.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tools/almanac/html.h"

namespace almanac {

void add_savings(Html* page, const nlohmann::json& report);

}  // namespace almanac
