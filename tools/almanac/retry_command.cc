// almanac retry: dead letters are put back; their attempts start anew.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/order.h"
#include "tools/almanac/session.h"
#include "tools/almanac/steering.h"

namespace almanac {

namespace {

constexpr size_t kAtATime = 1000;  // what is asked of a run stands in its history

struct Retried {
  size_t cells = 0;
  std::string run;  // that is under way and tries them; empty: none
};

// The wanted cells with a letter that nobody has dropped.
Result<std::vector<Ledger::CellName>> failed_cells(const Planned& planned) {
  std::vector<Ledger::CellName> failed;
  TRY(const auto letters, planned.workspace->ledger->dead_letters());
  const Planning& planning = *planned.planning;
  for (const auto& letter : letters) {
    const auto cell = planning.planner->cell_at(letter.calculation, letter.date);
    if (letter.dropped || !cell) continue;
    if (planning.wanted->role(cell->first, cell->second) == Role::None) continue;
    failed.push_back({letter.calculation, letter.date});
  }
  return failed;
}

Result<Retried> requeue(const Options& options) {
  TRY(Planned planned, open_and_plan(options));
  TRY(const auto failed, failed_cells(planned));
  if (failed.empty()) return Retried{};
  Project project = planned.workspace->project;
  Manifest manifest = planned.workspace->manifest;
  TRY(const auto steering, Steering::find(project, *planned.workspace->ledger));
  if (steering) {
    for (size_t first = 0; first < failed.size(); first += kAtATime) {
      std::vector<CellId> cells;
      for (size_t i = first; i < std::min(first + kAtATime, failed.size()); ++i) {
        cells.push_back({failed[i].calculation, failed[i].date.str()});
      }
      TRY_VOID(steering->requeue(cells));
    }
    return Retried{failed.size(), steering->run()};
  }
  // A process that writes the ledger reads it through that connection alone.
  planned.planning.reset();
  planned.workspace.reset();
  TRY_VOID(check_nobody_runs(project));
  TRY(auto workspace, open_workspace(std::move(project), std::move(manifest), Access::Write));
  TRY(const auto lease, take_lease(*workspace, new_run_id()));
  TRY_VOID(workspace->ledger->requeue(lease, failed));
  TRY_VOID(workspace->ledger->release(lease));
  return Retried{failed.size(), ""};
}

}  // namespace

int retry_command(const Options& options) {
  const auto retried = requeue(options);
  if (!retried.ok()) return fail(retried.error());
  if (retried->run.empty()) {
    std::fprintf(stderr, "almanac: %zu failed cells are tried again\n", retried->cells);
    return run_command(options);
  }
  if (options.json) {
    print_json({{"version", 1}, {"run_id", retried->run}, {"requeued", retried->cells}});
  } else {
    std::printf("run %s, which is under way, tries %zu failed cells again\n", retried->run.c_str(),
                retried->cells);
  }
  return kDone;
}

}  // namespace almanac
