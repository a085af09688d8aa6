#include "activities/codes.h"

#include <filesystem>
#include <ranges>

#include "activities/build_module.h"
#include "storage/files.h"

namespace almanac {

namespace {

Result<StagedFile> staged(Workspace& workspace, const std::string& name, std::string sha256) {
  const std::string from = workspace.modules() + "/" + name;
  std::error_code error;
  const uint64_t bytes = std::filesystem::file_size(from, error);
  StagedFile file{workspace.store->stage(name), {std::move(sha256), error ? 0 : bytes, true}};
  TRY_VOID(copy_durably(from, file.path));
  return file;
}

}  // namespace

Result<void> keep_new_codes(Workspace& workspace, const Ledger::Lease& lease,
                            const Planning& planning) {
  const Planner& planner = *planning.planner;
  const Wanted& wanted = *planning.wanted;
  std::vector<CodeRecord> codes;
  std::vector<StagedFile> files;
  for (size_t c = 0; c < planner.manifest().calculations.size(); ++c) {
    const Calculation& calculation = planner.manifest().calculations[c];
    auto code = planner.new_code(c);
    if (!code || calculation.bundle.empty()) continue;
    const auto days = std::views::iota(size_t{0}, planner.days());
    const bool has_role =
        std::ranges::any_of(days, [&](size_t day) { return wanted.role(c, day) != Role::None; });
    if (!has_role) continue;
    TRY(StagedFile module, staged(workspace, calculation.module, calculation.module_sha256));
    TRY(StagedFile bundle, staged(workspace, bundle_file(calculation.bundle), calculation.bundle));
    code->module = module.blob;
    code->bundle = bundle.blob;
    for (StagedFile* file : {&module, &bundle}) files.push_back(std::move(*file));
    codes.push_back(*std::move(code));
  }
  if (codes.empty()) return {};
  TRY_VOID(workspace.store->keep(files));
  return workspace.ledger->record_codes(lease, codes);
}

}  // namespace almanac
