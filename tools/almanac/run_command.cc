// almanac run, backfill, catchup.
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "activities/allowed_cells.h"
#include "tools/almanac/aside.h"
#include "tools/almanac/console.h"
#include "tools/almanac/engine.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/options.h"
#include "tools/almanac/order.h"
#include "tools/almanac/plan_report.h"
#include "tools/almanac/root_damage.h"
#include "tools/almanac/run_report.h"
#include "tools/almanac/service_run.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

// A plan that `plan -o` wrote, as far as a run needs it.
struct PlanFile {
  Options options;                                 // with the request that the plan was made for
  std::string digest;                              // of what it stands on
  std::set<std::pair<std::string, Date>> changes;  // cells that it computes, publishes or moves
};

Result<std::optional<Date>> date_in(const nlohmann::json& request, const char* name) {
  if (!request.contains(name)) return std::optional<Date>();
  const auto date = Date::parse(request[name].get<std::string>());
  if (!date) return usage_error("the plan's \"" + std::string(name) + "\" is not a date");
  return date;
}

Result<PlanFile> read_plan(const Options& options) try {
  std::ifstream in(options.file);
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
} catch (const nlohmann::json::exception& error) {
  return usage_error("cannot read a plan from " + options.file + " (" + error.what() +
                     "); make one with: almanac plan -o FILE");
}

Result<Ran> run_planned(const Options& options, const PlanFile& file, Planned* planned) {
  Project project = planned->workspace->project;
  Manifest manifest = planned->workspace->manifest;
  // A process that writes the ledger reads it through that connection alone, and the planner of the
  // plan holds references to the workspace.
  planned->planning.reset();
  planned->workspace.reset();
  TRY_VOID(check_nobody_runs(project));
  TRY(planned->workspace, open_workspace(project, manifest, Access::Write));
  TRY(Order order, order_of(options, *planned->workspace));
  if (!options.file.empty()) {
    TRY(order.allowed, keep_allowed_cells(*planned->workspace->store, file.changes));
  }
  const Aside aside;
  if (!order.shared) {
    Progress progress(planned->cells.size());
    RunOptions run_options;
    run_options.threads = static_cast<size_t>(order.parallel);
    run_options.stop = &stop_on_signals();
    run_options.progress = [&](const std::string& cell) { progress.step(cell); };
    run_options.notice = warn;
    return EmbeddedEngine(planned->workspace, order.modules, run_options).run(order);
  }
  TRY(const Tally tally, run_on_service(std::move(planned->workspace), order, stop_on_signals()));
  TRY(planned->workspace, open_workspace(std::move(project), std::move(manifest), Access::Read));
  return outcome_of(*planned->workspace, order, tally.cancelled, tally.moved);
}

Result<int> run_project(const Options& asked) {
  PlanFile file{asked, {}, {}};
  if (!asked.file.empty()) {
    TRY(file, read_plan(asked));
  }
  const Options& options = file.options;
  TRY(Planned planned, open_and_plan(options));
  if (!asked.file.empty() && file.digest != plan_digest(*planned.planning, planned.cells)) {
    return temporary_error("code, inputs or results moved since the plan was made; plan again");
  }
  Ran ran;
  if (is_anything_to_do(planned.cells)) {
    TRY(ran, run_planned(options, file, &planned));
  } else {
    ran.summary = summary_of(*planned.planning, planned.cells);
    ran.planning = std::move(planned.planning);
  }
  ran.summary.damaged |= warn_of_root_damage(*ran.planning);
  const RunReport report{ran.run.empty() ? new_run_id() : ran.run, std::move(ran.summary),
                         &planned.workspace->manifest};
  if (options.json) {
    print_json(run_json(report, options.all));
  } else {
    print_run(report);
  }
  return exit_code(report);
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
    TRY(const Planned planned, open_and_plan(options));
    first = first_day_to_do(planned);
  }
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
