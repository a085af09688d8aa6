// almanac verify, almanac gc: what is stored, checked and cleaned up.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <tuple>

#include "activities/build_module.h"
#include "activities/compute.h"
#include "core/base/names.h"
#include "core/quality/repetition.h"
#include "tools/almanac/aside.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/order.h"
#include "tools/almanac/session.h"
#include "tools/almanac/worker_setup.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr int kGenerations = 2;
constexpr int64_t kGarbageAgeS = 3600;

struct Finding {
  std::string calculation, problem;
  Date date;
};

// Every n-th cell that can be computed again (not where its data are gone), so that a sample covers
// calculations and dates evenly.
std::vector<const PlannedCell*> choose(const Planned& planned, size_t sample) {
  std::vector<const PlannedCell*> stable;
  for (const auto& cell : planned.cells) {
    if (cell.role == Role::Wanted && cell.verdict.state == State::Stable && !cell.archived)
      stable.push_back(&cell);
  }
  if (sample == 0 || sample >= stable.size()) return stable;
  std::vector<const PlannedCell*> chosen;
  for (size_t i = 0; i < sample; ++i) chosen.push_back(stable[i * stable.size() / sample]);
  return chosen;
}

// Computes a cell again and compares it, and its stored bytes, with what is recorded.
Result<std::string> check_cell(Planned& planned, Compute& compute,
                               const std::shared_ptr<Results>& results, const PlannedCell& cell) {
  const Planner& planner = *planned.planning->planner;
  const CellRecord* record = planner.record(cell.calculation, cell.day);
  for (const Blob& blob : record->result->shards) {
    // What is set aside is computed anew by the next run.
    if (const auto sound = planned.workspace->store->check(blob); !sound.ok()) {
      return sound.error().message;
    }
  }
  const Aside aside;
  const CellTask task = compute.task(planner, planned.workspace->root_data, results,
                                     cell.calculation, {cell.day}, true);
  auto outcomes = compute.run_elsewhere(task);
  check_moved(*planned.workspace->root_data, task, &outcomes);
  const CellOutcome& outcome = outcomes.front();
  for (const auto& file : outcome.files) std::filesystem::remove(file.path);
  if (outcome.code == "STORE") {
    return temporary_error("a result cannot be staged: " + outcome.error +
                           "; verify needs some space in the store");
  }
  if (outcome.code == "ENGINE") return temporary_error(outcome.error);  // nothing was computed
  if (!outcome.code.empty()) return outcome.code + ": " + outcome.error;
  const std::string different = difference(*record->result, outcome.result);
  return different.empty() ? "" : "computed again it differs " + different;
}

Result<int> verify(const Options& options) {
  TRY(Planned planned, open_and_plan(options));
  // Recomputing stages files; the ledger and the view stay as they are.
  TRY(planned.workspace->store,
      Store::open(location_path(planned.workspace->project, planned.workspace->project.store),
                  true));
  const auto results = std::make_shared<Results>(planned.workspace->store.get());
  Compute compute(planned.workspace.get(), Limits{}, child_command(), 1);
  auto chosen = choose(planned, options.sample);
  // One calculation after the other: a child serves one.
  std::sort(chosen.begin(), chosen.end(), [](const PlannedCell* a, const PlannedCell* b) {
    return std::tie(a->calculation, a->day) < std::tie(b->calculation, b->day);
  });
  std::vector<Finding> findings;
  {
    Progress progress(chosen.size());
    for (const PlannedCell* cell : chosen) {
      const std::string& id = planned.workspace->manifest.calculations[cell->calculation].id;
      const Date date = planned.planning->planner->date(cell->day);
      TRY(std::string problem, check_cell(planned, compute, results, *cell));
      if (!problem.empty()) findings.push_back({id, std::move(problem), date});
      progress.step(id + " " + date.str());
    }
  }
  if (options.json) {
    json out{{"version", 1}, {"verified", chosen.size()}, {"differences", json::array()}};
    for (const auto& f : findings) {
      out["differences"].push_back(
          {{"calculation", f.calculation}, {"date", f.date.str()}, {"problem", f.problem}});
    }
    print_json(out);
  } else {
    for (const auto& f : findings) {
      std::printf("%s %s: %s\n", f.calculation.c_str(), f.date.str().c_str(), f.problem.c_str());
    }
    std::printf("%zu cells verified, %zu differ\n", chosen.size(), findings.size());
  }
  return static_cast<int>(findings.empty() ? kDone : kNotReproduced);
}

Result<size_t> remove_old_modules(const Workspace& workspace, bool dry) {
  std::set<std::string> used;
  for (const auto& c : workspace.manifest.calculations)
    used.insert({c.module, bundle_file(c.bundle)});
  size_t count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(workspace.modules(), error)) {
    if (used.contains(entry.path().filename().string())) continue;
    ++count;
    if (!dry) std::filesystem::remove(entry.path(), error);
  }
  return count;
}

// Takes the results of calculations that are no longer there out of the view. Their bytes stay as
// long as the ledger names them: with the calculation back, they are published again. Without a
// lease they are only counted.
Result<size_t> withdraw_orphans(Workspace& workspace, const std::optional<Ledger::Lease>& lease) {
  TRY(const auto cells, workspace.ledger->cells());
  std::vector<Ledger::CellName> orphans;
  for (const CellRecord& cell : cells) {
    if (!cell.published || workspace.manifest.find(cell.calculation) != nullptr) continue;
    orphans.push_back({cell.calculation, cell.date});
    if (!lease) continue;
    TRY_VOID(workspace.published->withdraw(cell.category, cell.calculation, cell.date));
  }
  if (lease) TRY_VOID(workspace.ledger->mark_withdrawn(*lease, orphans));
  return orphans.size();
}

Result<int> gc(const Options& options) {
  TRY(Built built, load_and_build(options));
  if (!options.dry_run) TRY_VOID(check_nobody_runs(built.project));
  TRY(auto workspace, open_workspace(std::move(built.project), std::move(built.manifest),
                                     options.dry_run ? Access::Read : Access::Write));
  // The lease is held to the end: nobody commits what is being collected.
  std::optional<Ledger::Lease> lease;
  if (!options.dry_run) {
    TRY(lease, take_lease(*workspace, "gc"));
  }
  TRY(const size_t orphans, withdraw_orphans(*workspace, lease));
  TRY(const int64_t traces, workspace->ledger->old_traces(kGenerations));
  if (lease) TRY_VOID(workspace->ledger->prune_traces(*lease, kGenerations));
  TRY(const auto live, workspace->ledger->live_blobs(kGenerations));
  TRY(const auto garbage, workspace->store->collect(live, kGarbageAgeS, options.dry_run));
  TRY(const size_t modules, remove_old_modules(*workspace, options.dry_run));
  if (lease) TRY_VOID(workspace->ledger->release(*lease));
  if (options.json) {
    print_json({{"version", 1},
                {"withdrawn", orphans},
                {"traces", traces},
                {"files", garbage.files},
                {"bytes", garbage.bytes},
                {"modules", modules},
                {"dry_run", options.dry_run}});
  } else {
    std::printf(
        "%s %zu results of removed calculations, %lld traces, %llu files of %llu bytes, "
        "%zu modules\n",
        options.dry_run ? "would remove" : "removed", orphans, static_cast<long long>(traces),
        static_cast<unsigned long long>(garbage.files),
        static_cast<unsigned long long>(garbage.bytes), modules);
  }
  return static_cast<int>(kDone);
}

}  // namespace

int verify_command(const Options& options) {
  auto code = verify(options);
  return code.ok() ? *code : fail(code.error());
}

int gc_command(const Options& options) {
  auto code = gc(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
