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
#include "tools/almanac/session.h"

namespace almanac {

namespace {

using nlohmann::json;

Result<int> submit(const Options& options) {
  TRY(const Planned planned, open_and_plan(options));
  const Project& project = planned.workspace->project;
  if (!on_service(project)) {
    return usage_error(
        "submit hands a run to a Temporal service; set kind = \"temporal\" in [engine] of "
        "almanac.toml, or use `almanac run`, which carries it out in this process");
  }
  TRY_VOID(check_nobody_runs(*planned.workspace->ledger, project));
  const bool any = is_anything_to_do(planned.cells);
  std::string run;
  if (any) {
    TRY(const auto engine, ServiceEngine::connect(project));
    // For writing: the ledger must be there.
    TRY(const auto workspace, open_workspace(project, planned.workspace->manifest, Access::Write));
    TRY(const Order order, order_of(options, *workspace));
    TRY(const auto submitted, engine->submit(order));
    run = order.run;
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

Result<Reconciled> reconcile_on(const Options& options) {
  TRY(Built built, load_and_build(options));
  TRY(std::shared_ptr<Workspace> workspace,
      open_workspace(std::move(built.project), std::move(built.manifest), Access::Write));
  TRY(const Order order, order_of(options, *workspace));
  RunOptions run_options;
  run_options.threads = static_cast<size_t>(order.parallel);
  run_options.stop = &stop_on_signals();
  const Aside aside;
  if (order.shared) {
    TRY(const auto engine, ServiceEngine::connect(workspace->project));
    workspace.reset();
    return engine->reconcile(order, run_options);
  }
  return EmbeddedEngine(std::move(workspace), order.modules, run_options).reconcile(order);
}

Result<int> reconcile(const Options& options) {
  TRY(const Reconciled done, reconcile_on(options));
  if (options.json) {
    print_json({{"version", 1},
                {"zombies", done.zombies},
                {"published", done.published},
                {"accepted", done.accepted},
                {"withdrawn", done.withdrawn},
                {"dead_letters", done.dead_letters},
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
    line("dead letters", done.dead_letters);
    for (const auto& problem : done.problems) std::printf("  problem: %s\n", problem.c_str());
  }
  return static_cast<int>(done.problems.empty() ? kDone : kFailedCells);
}

}  // namespace

int submit_command(const Options& options) {
  auto code = submit(options);
  return code.ok() ? *code : fail(code.error());
}

int reconcile_command(const Options& options) {
  auto code = reconcile(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
