// almanac submit, almanac reconcile.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/almanac/aside.h"
#include "tools/almanac/console.h"
#include "tools/almanac/engine.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/options.h"
#include "tools/almanac/order.h"
#include "tools/almanac/run_project.h"
#include "tools/almanac/run_report.h"
#include "tools/almanac/service_run.h"
#include "tools/almanac/session.h"
#include "tools/almanac/steering.h"

namespace almanac {

namespace {

using nlohmann::json;

Result<int> submit(const Options& options) {
  TRY(Planned planned, compare_and_plan(options));
  if (!on_service(planned.workspace->project)) {
    return usage_error(
        "submit hands a run to a Temporal service; set kind = \"temporal\" in [engine] of "
        "almanac.toml, or use `almanac run`, which carries it out in this process");
  }
  const bool any = is_anything_to_do(planned.cells);
  const Project project = planned.workspace->project;
  const Manifest manifest = planned.workspace->manifest;
  planned.planning.reset();
  planned.workspace.reset();  // nothing else may have the ledger open
  TRY_VOID(check_nobody_runs(project));
  std::string run;
  if (any) {
    // For writing: the ledger must be there.
    TRY(auto workspace, open_workspace(project, manifest, Access::Write));
    TRY(const Order order, order_of(options, *workspace));
    TRY(const std::shared_ptr<ServiceEngine> engine,
        ServiceEngine::connect(project, *workspace->ledger));
    workspace.reset();
    TRY_VOID(engine->submit(order));
    run = order.run;
    const auto unserved = Steering::of(project, engine, order).unserved();
    if (unserved.ok() && *unserved) warn(nobody_serves(**unserved));
  }
  if (options.json) {
    print_json({{"version", 1}, {"run_id", any ? json(run) : json(nullptr)}});
  } else if (any) {
    std::printf("run %s is submitted; `almanac watch` follows it\n", run.c_str());
  } else {
    std::printf("nothing to do\n");
  }
  return static_cast<int>(kDone);
}

Result<Reconciled> reconcile_on(Project project, Manifest manifest, const Options& options) {
  TRY_VOID(check_nobody_runs(project));
  TRY(std::shared_ptr<Workspace> workspace,
      open_workspace(std::move(project), std::move(manifest), Access::Write));
  TRY(const Order order, order_of(options, *workspace));
  const Aside aside;
  if (order.shared) return reconcile_on_service(std::move(workspace), order, stop_on_signals());
  RunOptions run_options;
  run_options.threads = static_cast<size_t>(order.parallel);
  run_options.stop = &stop_on_signals();
  return EmbeddedEngine(std::move(workspace), order.modules, run_options).reconcile(order);
}

// What is left when all that could be mended is.
Result<RunReport> left_after(const Options& options, Planned* planned) {
  TRY(*planned, open_and_plan(options));
  return RunReport{"", summary_of(*planned->planning, planned->cells),
                   &planned->workspace->manifest};
}

Result<int> reconcile(const Options& options) {
  stop_on_signals();
  TRY(const Built built, load_and_build(options));
  TRY(const Reconciled done, reconcile_on(built.project, built.manifest, options));
  Planned planned;
  TRY(const RunReport left, left_after(options, &planned));
  const auto failed = static_cast<uint64_t>(
      std::count_if(left.summary.cells.begin(), left.summary.cells.end(),
                    [](const RanCell& cell) { return cell.outcome == Outcome::Failed; }));
  if (options.json) {
    print_json({{"version", 1},
                {"zombies", done.zombies},
                {"published", done.published},
                {"accepted", done.accepted},
                {"withdrawn", done.withdrawn},
                {"dead_letters", done.dead_letters},
                {"failed", failed},
                {"to_compute", done.to_compute},
                {"offered", done.offered},
                {"problems", done.problems}});
  } else {
    const auto line = [](const char* what, uint64_t count) {
      if (count > 0) std::printf("  %-44s %8llu\n", what, static_cast<unsigned long long>(count));
    };
    std::printf("reconciled\n");
    line("attempts of processes that are gone", done.zombies);
    line("results put back into the view", done.published);
    line("cells whose provenance was noted", done.accepted);
    line("results of impossible cells withdrawn", done.withdrawn);
    line("cells offered again, and tried", done.offered);
    line("cells that a run would compute", done.to_compute - done.offered);
    line("dead letters, before", done.dead_letters);
    line("failed cells, now", failed);
    for (const auto& problem : done.problems) std::printf("  problem: %s\n", problem.c_str());
  }
  if (stop_on_signals() || done.tally.cancelled) return static_cast<int>(kInterrupted);
  return done.problems.empty() ? exit_code(left) : static_cast<int>(kFailedCells);
}

}  // namespace

int submit_command(const Options& options) {
  auto code = submit(options);
  return code.ok() ? *code : fail(code.error());
}

int reconcile_command(const Options& options) {
  return finish(reconcile(options));
}

}  // namespace almanac
