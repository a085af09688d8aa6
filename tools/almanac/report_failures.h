// Cells of a build report that failed or were given up: error, stage, attempts, and the commands
// that help.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "core/base/result.h"
#include "tools/almanac/report_work.h"
#include "tools/almanac/session.h"

namespace almanac {

// Whether a cell belongs to them: it has a dead letter, or its last attempt failed and it is still
// to be computed. `tried` is null where nothing was.
bool has_failed(const PlannedCell& cell, const ReportWork::Cell* tried);

// Adds failures, dead_letters_elsewhere and open_breakers to the document.
Result<void> add_failures(const Planned& planned, const std::vector<const PlannedCell*>& failed,
                          const std::map<size_t, ReportWork>& work, nlohmann::json* document);

}  // namespace almanac
