#include "tools/almanac/run_project.h"

#include "tools/almanac/aside.h"
#include "tools/almanac/console.h"
#include "tools/almanac/engine.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/order.h"
#include "tools/almanac/root_damage.h"
#include "tools/almanac/run_report.h"
#include "tools/almanac/service_run.h"

namespace almanac {

namespace {

Result<Ran> run_planned(const Options& options, const AllowedCells* only, Planned* planned) {
  Project project = planned->workspace->project;
  Manifest manifest = planned->workspace->manifest;
  // A process that writes the ledger reads it through that connection alone, and the planner of the
  // plan holds references to the workspace.
  planned->planning.reset();
  planned->workspace.reset();
  TRY_VOID(check_nobody_runs(project));
  TRY(planned->workspace, open_workspace(project, manifest, Access::Write));
  TRY(Order order, order_of(options, *planned->workspace));
  if (only) {
    TRY(order.allowed, keep_allowed_cells(*planned->workspace->store, *only));
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

}  // namespace

Result<Ran> carry_out(const Options& options, const AllowedCells* only, Planned* planned) {
  Ran ran;
  if (is_anything_to_do(planned->cells)) {
    TRY(ran, run_planned(options, only, planned));
  } else {
    ran.summary = summary_of(*planned->planning, planned->cells);
    ran.planning = std::move(planned->planning);
  }
  ran.summary.damaged |= warn_of_root_damage(*ran.planning);
  return ran;
}

int tell(const Options& options, const Planned& planned, const Ran& ran) {
  const RunReport report{ran.run.empty() ? new_run_id() : ran.run, ran.summary,
                         &planned.workspace->manifest};
  if (options.json) {
    print_json(run_json(report, options.all));
  } else {
    print_run(report);
  }
  return exit_code(report);
}

}  // namespace almanac
