// What a run did, as text and as JSON, and the exit code that follows.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "workflows/run.h"

namespace almanac {

// The final state of a cell; a later round of the same run replaces an earlier one.
struct RunReport {
  std::string run;
  RunSummary summary;
  // Codes of the dead letters of the cells that count as failed.
  std::vector<std::string> failure_codes;
};

// A run that found nothing to do.
RunSummary summary_of(const Planning& planning, const std::vector<PlannedCell>& cells);

nlohmann::json run_json(const RunReport& report, const Planning& planning, bool all);
void print_run(const RunReport& report, const Planning& planning);
int exit_code(const RunReport& report);

}  // namespace almanac
