// almanac run, backfill, catchup.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tools/almanac/console.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/options.h"
#include "tools/almanac/plan_report.h"
#include "tools/almanac/run_project.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

// A plan that `plan -o` wrote, as far as a run needs it.
struct PlanFile {
  Options options;       // with the request that the plan was made for
  std::string digest;    // of what it stands on
  AllowedCells changes;  // cells that it computes, publishes or moves
};

Result<std::optional<Date>> date_in(const nlohmann::json& request, const char* name) {
  if (!request.contains(name)) return std::optional<Date>();
  const auto date = Date::parse(request[name].get<std::string>());
  if (!date) return usage_error("the plan's \"" + std::string(name) + "\" is not a date");
  return date;
}

Error no_plan(const std::string& file) {
  return usage_error(file + " does not hold a plan, as almanac plan -o FILE writes it");
}

Result<PlanFile> read_plan(const Options& options) try {
  std::ifstream in(options.file);
  if (!in) {
    return usage_error("there is no plan in " + options.file + ": " + std::strerror(errno) +
                       "; make one with: almanac plan -o FILE");
  }
  if (in.peek(); !in.good()) return no_plan(options.file);  // a folder can be opened, not read
  const auto plan = nlohmann::json::parse(in);
  PlanFile file{options, plan.at("digest"), {}};
  const auto& request = plan.at("request");
  TRY(file.options.from, date_in(request, "from"));
  TRY(file.options.to, date_in(request, "to"));
  file.options.select = request.value("select", "");
  file.options.lines = request.value("lines", std::vector<std::string>{});
  file.options.exact = request.value("exact", false);
  file.options.force = request.value("force", false);
  for (const auto& cell : plan.at("cells")) {
    const std::string state = cell.at("state");
    if (state != "runnable" && state != "reRun" && cell.at("reason") != "moved") continue;
    const auto date = Date::parse(cell.at("date").get<std::string>());
    if (!date) return usage_error("a cell of the plan has no date");
    file.changes.insert({cell.at("calculation"), *date});
  }
  return file;
} catch (const nlohmann::json::exception&) {
  return no_plan(options.file);
}

Result<int> run_project(const Options& asked) {
  if (asked.file.empty()) {
    TRY(Planned planned, compare_and_plan(asked));
    TRY(const Ran ran, carry_out(asked, nullptr, &planned));
    return tell(asked, planned, ran);
  }
  TRY(const PlanFile file, read_plan(asked));
  TRY(Planned planned, open_and_plan(file.options));
  if (file.digest != plan_digest(*planned.planning, planned.cells)) {
    return temporary_error("code, inputs or results moved since the plan was made; plan again");
  }
  TRY(const Ran ran, carry_out(file.options, &file.changes, &planned));
  return tell(file.options, planned, ran);
}

int run_and_print(const Options& options) {
  stop_on_signals();
  return finish(run_project(options));
}

// The first day on which a wanted cell would be computed, published or moved.
std::optional<Date> first_day_to_do(const Planned& planned) {
  for (const PlannedCell& cell : planned.cells) {
    if (cell.role == Role::Wanted && is_change(cell.verdict)) {
      return planned.planning->planner->date(cell.day);
    }
  }
  return std::nullopt;
}

Result<int> catch_up(Options options) {
  std::optional<Date> first;
  {
    TRY(const Planned planned, compare_and_plan(options));
    first = first_day_to_do(planned);
  }
  options.warned = true;
  if (first) {
    options.from = std::max(*first, options.from.value_or(*first));
    std::fprintf(stderr, "almanac: catching up from %s\n", options.from->str().c_str());
  }
  return run_project(options);
}

}  // namespace

int run_command(const Options& options) {
  return run_and_print(options);
}

int backfill_command(const Options& options) {
  if (options.from && options.to) return run_and_print(options);
  return fail(
      usage_error("backfill takes a range: --from DATE and --to DATE; `almanac catchup` "
                  "takes everything that is missing up to yesterday"));
}

int catchup_command(const Options& options) {
  stop_on_signals();
  return finish(catch_up(options));
}

}  // namespace almanac
