// What a run did, as text and as JSON, and the exit code that follows.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "activities/outcome.h"
#include "activities/plan.h"
#include "tools/almanac/console.h"

namespace almanac {

struct RunReport {
  std::string run;
  RunSummary summary;
  const Manifest* manifest;
};

// A run that found nothing to do.
RunSummary summary_of(const Planning& planning, const std::vector<PlannedCell>& cells);

nlohmann::json run_json(const RunReport& report, bool all);
void print_run(const RunReport& report);
int exit_code(const RunReport& report);
// Of a run whose failures have all this code of a dead letter.
ExitCode exit_code_of(std::string_view failure);

}  // namespace almanac
