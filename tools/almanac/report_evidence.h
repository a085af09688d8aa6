// The part of the page that is about evidence; see tools/almanac/evidence_report.h.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tools/almanac/html.h"

namespace almanac {

void add_evidence(Html* page, const nlohmann::json& report);

}  // namespace almanac
