#include "tools/almanac/letters.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "tools/almanac/order.h"
#include "tools/almanac/steering.h"

namespace almanac {

namespace {

constexpr size_t kAtATime = 1000;  // what is asked of a run stands in its history

using Cells = std::vector<Ledger::CellName>;
using Write = Result<void> (Ledger::*)(const Ledger::Lease&, const Cells&);

Result<void> write(Planned planned, Write what, const Cells& cells) {
  Project project = planned.workspace->project;
  Manifest manifest = planned.workspace->manifest;
  planned.planning.reset();
  planned.workspace.reset();
  TRY_VOID(check_nobody_runs(project));
  TRY(auto workspace, open_workspace(std::move(project), std::move(manifest), Access::Write));
  TRY(const auto lease, take_lease(*workspace, new_run_id()));
  Ledger& ledger = *workspace->ledger;
  TRY_VOID((ledger.*what)(lease, cells));
  return ledger.release(lease);
}

}  // namespace

nlohmann::json letter_json(const DeadLetter& letter) {
  return {{"calculation", letter.calculation},
          {"date", letter.date.str()},
          {"code", letter.end()},
          {"cause", letter.code},
          {"error", letter.error},
          {"stage", letter.stage},
          {"attempts", letter.attempts},
          {"dropped", letter.dropped}};
}

Result<std::string> requeue_cells(Planned planned, const Cells& cells) {
  if (cells.empty()) return std::string();
  TRY(const auto run, Steering::find(planned.workspace->project, *planned.workspace->ledger));
  if (!run) {
    TRY_VOID(write(std::move(planned), &Ledger::requeue, cells));
    return std::string();
  }
  for (size_t first = 0; first < cells.size(); first += kAtATime) {
    std::vector<CellId> asked;
    for (const auto& cell :
         std::span(cells).subspan(first, std::min(kAtATime, cells.size() - first))) {
      asked.push_back({cell.calculation, cell.date.str()});
    }
    TRY_VOID(run->requeue(asked));
  }
  return run->run();
}

Result<void> drop_cells(Planned planned, const Cells& cells) {
  return cells.empty() ? Result<void>() : write(std::move(planned), &Ledger::drop, cells);
}

}  // namespace almanac
