// Session: a project that is loaded, built and opened, as most commands need it.
#pragma once

#include <memory>

#include "activities/plan.h"
#include "activities/workspace.h"
#include "core/base/result.h"
#include "tools/almanac/options.h"

namespace almanac {

// Reads almanac.toml and builds what changed. Messages of the build go to stderr.
struct Built {
  Project project;
  Manifest manifest;
};
Result<Built> load_and_build(const Options& options);
size_t threads_of(const Options& options);  // one per core, unless it is said
// Whether it can be built: what changed is compiled in a folder that goes again.
Result<Manifest> build_aside(const Project& project);
// In its own folder, wherever that is.
Result<Manifest> build_in_place(const Project& project);

// The folder that holds almanac/calculation.h, and the one with the example projects: beside the
// command in the build tree, or installed.
Result<std::string> sdk_folder();
Result<std::string> examples_folder();
std::vector<std::string> examples();  // names of the example projects, sorted

Request request_of(const Options& options);

// The current date in the project's time zone. ALMANAC_TODAY=YYYY-MM-DD stands in for the clock.
Result<Date> today(const Project& project);
int64_t now_ms();
int64_t steady_ms();  // does not jump

// Whether runs of the project are carried out by workers of a Temporal service.
bool on_service(const Project& project);

// The ledger alone, to be read.
Result<std::unique_ptr<Ledger>> read_ledger(const Project& project);
// Gives the lease with this token back, whose run is over. Nothing else has the ledger open.
Result<void> free_lease(const Project& project, int64_t token);

// Loads, builds, opens for reading and plans all cells.
struct Planned {
  std::shared_ptr<Workspace> workspace;
  std::unique_ptr<Planning> planning;
  std::vector<PlannedCell> cells;
};
Result<Planned> open_and_plan(const Options& options);

// The one cell that CALC DATE names, planned.
struct NamedCell {
  Planned planned;
  size_t calculation, day;
  Date date;

  const std::string& id() const;
};
Result<NamedCell> plan_named_cell(const Options& options);

}  // namespace almanac
