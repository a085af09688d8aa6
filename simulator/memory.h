// Memory: what the simulated processes share and what would be files: root data, the store and the
// view. Each process has its own window on it, whose calls are points. It is as strict as files
// are: only what is staged can be kept, and only what is kept can be published.
// Thread rule: one thread, but for stage().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <tuple>

#include "simulator/fault.h"
#include "simulator/graph.h"
#include "storage/published.h"
#include "storage/root_data.h"
#include "storage/store.h"

namespace almanac::simulator {

class Memory {
 public:
  using Place = std::tuple<std::string, std::string, Date>;  // category, calculation, date
  Data data;
  std::set<std::string> blobs;
  std::map<Place, Hash> view;

  // Files that are being written, of processes.
  std::string stage(int64_t process, const std::string& name);
  bool unstage(const std::string& file);  // false where there is none
  void sweep(const std::set<int64_t>& alive);

 private:
  std::mutex mutex_;
  std::map<std::string, int64_t> staged_;
  uint64_t count_ = 0;
};

// What publishing fails with when a blob is lost.
inline constexpr const char* kNoBlob = "is published without its blob (simulated)";

// A point, and what a call that meets it fails with.
using Seam = std::function<Result<void>(Place place, const char* what)>;

// `alive`: numbers of the processes that are.
std::unique_ptr<Store> memory_store(Memory* memory, int64_t process, const std::set<int64_t>* alive,
                                    Seam seam);
std::unique_ptr<Published> memory_view(Memory* memory, Seam seam);
std::shared_ptr<RootData> memory_data(const Memory* memory, Project project, Seam seam);

}  // namespace almanac::simulator
