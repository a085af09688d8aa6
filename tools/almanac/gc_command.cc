// almanac gc: what nobody needs any more is removed.
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "activities/build_module.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/order.h"
#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr int kGenerations = 2;
constexpr int64_t kGarbageAgeS = 3600;

Result<size_t> remove_old_modules(const Workspace& workspace, bool dry) {
  std::set<std::string> used;
  for (const auto& c : workspace.manifest.calculations) {
    used.insert({c.module, bundle_file(c.bundle)});
  }
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

// Nobody can try again, or give up, the cells of calculations that are no longer there. Should one
// come back, its attempts start anew.
Result<size_t> remove_orphaned_letters(Workspace& workspace,
                                       const std::optional<Ledger::Lease>& lease) {
  TRY(const auto letters, workspace.ledger->dead_letters());
  std::vector<Ledger::CellName> orphans;
  for (const DeadLetter& letter : letters) {
    if (workspace.manifest.find(letter.calculation) != nullptr) continue;
    orphans.push_back({letter.calculation, letter.date});
  }
  if (lease && !orphans.empty()) TRY_VOID(workspace.ledger->requeue(*lease, orphans));
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
  TRY(const size_t letters, remove_orphaned_letters(*workspace, lease));
  TRY(const int64_t traces, workspace->ledger->old_traces(kGenerations));
  if (lease) TRY_VOID(workspace->ledger->prune_traces(*lease, kGenerations));
  TRY(const auto live, workspace->ledger->live_blobs(kGenerations));
  TRY(const auto garbage, workspace->store->collect(live, kGarbageAgeS, options.dry_run));
  TRY(const size_t modules, remove_old_modules(*workspace, options.dry_run));
  if (lease) TRY_VOID(workspace->ledger->release(*lease));
  if (options.json) {
    print_json({{"version", 1},
                {"withdrawn", orphans},
                {"dead_letters", letters},
                {"traces", traces},
                {"files", garbage.files},
                {"bytes", garbage.bytes},
                {"modules", modules},
                {"dry_run", options.dry_run}});
  } else {
    std::printf("%s %s and %s of removed calculations, %s, %s of %s, %s\n",
                options.dry_run ? "would remove" : "removed", count_text(orphans, "result").c_str(),
                count_text(letters, "dead letter").c_str(),
                count_text(static_cast<uint64_t>(traces), "trace").c_str(),
                count_text(garbage.files, "file").c_str(), bytes_text(garbage.bytes).c_str(),
                count_text(modules, "module").c_str());
  }
  return static_cast<int>(kDone);
}

}  // namespace

int gc_command(const Options& options) {
  auto code = gc(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
