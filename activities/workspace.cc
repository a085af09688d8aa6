#include "activities/workspace.h"

#include <filesystem>

namespace almanac {

std::string location_path(const Project& project, const std::string& location) {
  const std::filesystem::path path = location.substr(location.find(':') + 1);
  return path.is_absolute() ? path.string() : (project.root / path).string();
}

Result<std::unique_ptr<Workspace>> open_workspace(Project project, Manifest manifest,
                                                  Access access) {
  auto workspace = std::make_unique<Workspace>();
  workspace->project = std::move(project);
  workspace->manifest = std::move(manifest);
  const Project& p = workspace->project;
  const bool write = access == Access::Write;
  const std::string ledger = location_path(p, p.ledger);
  if (write) TRY_VOID(make_folders(parent_of(ledger)));
  workspace->open_ledger = [ledger, write] {
    return Ledger::open(ledger, write ? Ledger::Mode::ReadWrite : Ledger::Mode::ReadOnly);
  };
  TRY(workspace->ledger, workspace->open_ledger());
  TRY(workspace->store, Store::open(location_path(p, p.store), write));
  workspace->published =
      std::make_unique<FilePublished>(location_path(p, p.results), workspace->store.get());
  workspace->open_root_data = [project = &p] { return std::make_shared<FileRootData>(*project); };
  workspace->root_data = workspace->open_root_data();
  return workspace;
}

Result<Ledger::Lease> take_lease(Workspace& workspace, const std::string& run) {
  Ledger::LeaseHolder holder;
  TRY(const auto lease, workspace.ledger->acquire({run}, &holder));
  if (lease) return *lease;
  return in_use(holder);
}

Error in_use(const Ledger::LeaseHolder& holder) {
  const std::string process = std::to_string(holder.pid) + " on " + holder.host;
  if (holder.keeper == Ledger::Keeper::Process) {
    return temporary_error("the ledger is in use by run " + holder.run + " (process " + process +
                           "); wait for it to end");
  }
  return temporary_error("the ledger is in use by run " + holder.run +
                         ", on which workers of a Temporal service work (process " + process +
                         " began it); wait for it to end, or end it: almanac cancel");
}

}  // namespace almanac
