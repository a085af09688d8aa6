// almanac report: per date how many cells are in which line, and whether they add up; as
// JSON all that build_report.h tells.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/almanac/build_report.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/report_words.h"

namespace almanac {

namespace {

using nlohmann::json;

void print_table(const json& report) {
  std::printf("%-10s %8s %8s %8s %10s %8s %8s %10s %8s\n", "date", "run", "rerun", "stable",
              "up to date", "blocked", "failed", "impossible", "sum");
  for (const json& line : report.at("dates")) {
    const auto of = [&](const char* state) {
      return static_cast<size_t>(number_at(line.at("totals"), state));
    };
    std::printf("%-10s %8zu %8zu %8zu %10zu %8zu %8zu %10zu %8zu%s\n",
                text_at(line, "date").c_str(), of("runnable"), of("reRun"), of("skipped"),
                of("stable"), of("blocked") + of("failedDependency"), of("failed"),
                of("impossible"), static_cast<size_t>(number_at(line, "sum")),
                line.at("adds_up").get<bool>() ? "" : "  does not add up");
  }
}

Result<int> report(const Options& options) {
  TRY(Planned planned, open_and_plan(options));
  TRY(const json report, build_report(planned, static_cast<size_t>(options.days)));
  if (options.json) {
    print_json(report);
  } else {
    print_table(report);
  }
  return static_cast<int>(kDone);
}

}  // namespace

int report_command(const Options& options) {
  auto code = report(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
