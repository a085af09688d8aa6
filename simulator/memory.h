// Memory: what the simulated processes share and what would be files: root data, the store and the
// view. Each process has its own window on it, whose calls are points. Thread rule: one thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>

#include "simulator/fault.h"
#include "simulator/graph.h"
#include "storage/published.h"
#include "storage/root_data.h"
#include "storage/store.h"

namespace almanac::simulator {

struct Memory {
  using Place = std::tuple<std::string, std::string, Date>;  // category, calculation, date
  Data data;
  std::set<std::string> blobs;
  std::map<Place, Hash> view;
};

// A point, and what a call that meets it fails with.
using Seam = std::function<Result<void>(Place place, const char* what)>;

std::unique_ptr<Store> memory_store(Memory* memory, Seam seam);
std::unique_ptr<Published> memory_view(Memory* memory, Seam seam);
std::shared_ptr<RootData> memory_data(const Memory* memory, Project project, Seam seam);

}  // namespace almanac::simulator
