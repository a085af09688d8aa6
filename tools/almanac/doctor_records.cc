// What was recorded: the ledger, who writes it, its times, and whether the results are as it says.
#include <algorithm>
#include <filesystem>
#include <map>

#include "activities/workspace.h"
#include "storage/ledger_schema.h"
#include "tools/almanac/finding.h"
#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

constexpr size_t kSample = 500;
constexpr int64_t kClockSlackMs = 60'000;

Finding examine_ledger(Ledger& ledger, const std::vector<CellRecord>& cells,
                       const std::string& path) {
  auto problems = ledger.damage();
  if (problems.ok() && problems->empty()) problems = ledger.audit();
  if (!problems.ok()) return wrong("ledger", problems.error().message, "");
  if (problems->empty()) {
    return fine("ledger", "version " + std::to_string(kLedgerVersion) + ", sound, " +
                              count_text(cells.size(), "cell"));
  }
  return wrong("ledger",
               path + ": " + problems->front() +
                   (problems->size() > 1
                        ? ", and " + std::to_string(problems->size() - 1) + " more like that"
                        : ""),
               "restore it from a copy, or move it away to compute everything anew");
}

Finding examine_lease(Ledger& ledger) {
  const auto holder = ledger.holder();
  if (!holder.ok()) return wrong("lease", holder.error().message, "");
  if (*holder) {
    const std::string process = std::to_string((*holder)->pid) + " on " + (*holder)->host;
    if ((*holder)->keeper == Ledger::Keeper::Process) {
      return fine("lease", "run " + (*holder)->run + " is under way in process " + process);
    }
    return fine("lease", "run " + (*holder)->run + ", begun by process " + process +
                             ", is kept by its workers; almanac watch says how far it is");
  }
  const auto running = ledger.running();
  if (!running.ok()) return wrong("lease", running.error().message, "");
  if (running->empty()) return fine("lease", "no run is under way");
  return note("lease",
              "no run is under way, and " + count_text(running->size(), "cell") + " of a process " +
                  "that died " + (running->size() == 1 ? "is" : "are") + " open still",
              "almanac run tries them again");
}

Finding examine_clock(Ledger& ledger) {
  const auto runs = ledger.runs(1);
  if (!runs.ok()) return wrong("clock", runs.error().message, "");
  const int64_t now = now_ms();
  const std::string here = utc_text(now);
  if (runs->empty()) return fine("clock", here);
  const int64_t last = std::max(runs->front().started_ms, runs->front().finished_ms);
  if (last <= now + kClockSlackMs) return fine("clock", here + ", after the last run");
  return wrong("clock", here + ", but the last run ended at " + utc_text(last),
               "set the clock: it decides which day is yesterday");
}

// Some cells, evenly chosen: whether their bytes are in the store and in the results.
Finding examine_results(const Workspace& workspace, const std::vector<CellRecord>& cells) {
  std::vector<const CellRecord*> published;
  for (const auto& cell : cells) {
    if (cell.published) published.push_back(&cell);
  }
  const size_t count = std::min(kSample, published.size());
  size_t lost = 0, absent = 0;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Published::Folder>> folders;
  for (size_t i = 0; i < count; ++i) {
    const CellRecord& cell = *published[i * published.size() / count];
    const auto& shards = cell.result->shards;
    lost += !std::all_of(shards.begin(), shards.end(),
                         [&](const Blob& blob) { return workspace.store->has(blob); });
    auto& folder = folders[{cell.category, cell.calculation}];
    if (!folder) {
      auto opened = workspace.published->folder(cell.category, cell.calculation);
      if (!opened.ok()) return wrong("results", opened.error().message, "");
      folder = std::move(*opened);
    }
    absent += !folder->holds(cell.date, *cell.result);
  }
  const std::string of = " of " + std::to_string(count) + " looked at ";
  if (lost > 0) {
    return wrong("results", std::to_string(lost) + of + "have lost their bytes in the store",
                 "almanac run computes them again");
  }
  if (absent > 0) {
    return wrong("results", std::to_string(absent) + of + "are not in the results as recorded",
                 "almanac run publishes them again");
  }
  return fine("results", std::to_string(published.size()) + " are published, " +
                             std::to_string(count) + " looked at are as recorded");
}

}  // namespace

std::vector<Finding> examine_records(const Project& project) {
  const std::string path = location_path(project, project.ledger);
  if (std::error_code error; !std::filesystem::exists(path, error)) {
    return {fine("ledger", "there is none at " + path + " yet; almanac run makes one")};
  }
  auto workspace = open_workspace(project, {}, Access::Read);
  if (!workspace.ok()) return {wrong("ledger", workspace.error().message, "")};
  Ledger& ledger = *(*workspace)->ledger;
  const auto cells = ledger.cells();  // which checks the seal of each
  if (!cells.ok()) return {wrong("ledger", cells.error().message, "")};
  return {examine_ledger(ledger, *cells, path), examine_lease(ledger), examine_clock(ledger),
          examine_results(**workspace, *cells)};
}

}  // namespace almanac
