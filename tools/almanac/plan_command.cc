// almanac plan: the analysis report. Touches neither ledger, store nor results.
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "storage/files.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/plan_report.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

using nlohmann::json;

json request_json(const Options& options) {
  json out{{"select", options.select},
           {"lines", options.lines},
           {"exact", options.exact},
           {"force", options.force}};
  if (options.from) out["from"] = options.from->str();
  if (options.to) out["to"] = options.to->str();
  return out;
}

Result<int> plan_project(const Options& options) {
  TRY(const Planned planned, open_and_plan(options));
  const auto document = [&] { return plan_json(*planned.planning, planned.cells); };
  if (!options.file.empty()) {
    json plan = document();
    plan["digest"] = plan_digest(*planned.planning, planned.cells);
    plan["request"] = request_json(options);
    std::ofstream out(options.file);
    out << plan.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
    if (!out.flush()) return place_error("write the plan to", options.file, errno);
  }
  if (options.json) {
    print_json(document());
  } else {
    print_plan(*planned.planning, planned.cells);
  }
  if (!options.detailed_exitcode) return static_cast<int>(kDone);
  for (const auto& cell : planned.cells) {
    // One cell of an open breaker would be tried.
    const bool probed = cell.verdict.reason == Reason::BreakerOpen;
    if (probed || is_change(cell.verdict)) return static_cast<int>(kChangesPending);
  }
  return static_cast<int>(kDone);
}

}  // namespace

int plan_command(const Options& options) {
  auto code = plan_project(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
