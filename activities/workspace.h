// Workspace: one project with everything that its steps have effects on, opened once per command.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/manifest/manifest.h"
#include "core/manifest/project.h"
#include "storage/ledger.h"
#include "storage/published.h"
#include "storage/root_data.h"
#include "storage/store.h"

namespace almanac {

struct Workspace {
  Project project;
  Manifest manifest;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<Store> store;
  std::unique_ptr<Published> published;
  std::shared_ptr<RootData> root_data;
  // Opens them once more, to be indexed anew while others still read by the last index.
  std::function<std::shared_ptr<RootData>()> open_root_data;
  // Another connection to the ledger, of the same kind.
  std::function<Result<std::unique_ptr<Ledger>>()> open_ledger;

  std::string modules() const { return project.root + "/.almanac/build/modules"; }
};

// Reading never creates or changes a file of the ledger, the store or the view.
enum class Access { Read, Write };
Result<std::unique_ptr<Workspace>> open_workspace(Project project, Manifest manifest,
                                                  Access access);

// Takes the ledger's lease; a Temporary error names who holds it.
Result<Ledger::Lease> take_lease(Workspace& workspace, const std::string& run);
Error in_use(const Ledger::LeaseHolder& holder);

// The absolute path of a location such as "file:.almanac/store" or "sqlite:.almanac/ledger.db".
std::string location_path(const Project& project, const std::string& location);

}  // namespace almanac
