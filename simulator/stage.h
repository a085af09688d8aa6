// Stage: what all processes of a simulated world share: the clock, the points, the random numbers,
// what is kept, and what was seen to go wrong. Thread rule: one thread.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "activities/workspace.h"
#include "simulator/flaky_service.h"
#include "simulator/graph.h"
#include "simulator/memory.h"
#include "simulator/points.h"

namespace almanac::simulator {

struct Stage {
  Stage(uint64_t seed, std::vector<Fault> faults, std::function<void(const std::string&)> log)
      : points(std::move(faults), std::move(log)), random(seed) {}

  int64_t now_ms() const { return executor.now().time_since_epoch().count() / 1'000'000; }
  void violation(const std::string& what) {
    points.note(executor.now(), "VIOLATION " + what);
    violations.push_back(what);
  }

  temporal::VirtualExecutor executor{temporal::TimePoint(std::chrono::seconds(1'700'000'000))};
  Points points;
  Random random;
  int slow = 1;  // all that takes time takes so many times longer
  Memory memory;
  Network network;  // to the engine that several processes share
  Graph graph;
  std::string ledger_path;
  std::unique_ptr<Ledger> ledger;  // to look at it; no process's
  std::set<int64_t> alive;         // numbers of the processes that are
  // How often a cell was computed, with its code.
  std::map<std::tuple<size_t, int, uint64_t>, int> tries;
  // Of the run that is looked at: its root data or blobs changed; somebody stood still, or is still
  // busy with the run before.
  bool moved = false, halted = false, haunted = false;
  size_t computed = 0;  // cells in it, however they ended
  size_t rotten = 0;    // blobs that were lost
  std::vector<std::string> violations;
};

// The graph's project, as a process has it open.
std::unique_ptr<Workspace> memory_workspace(Stage* stage, const Graph& graph, int64_t process,
                                            const Ledger::Seams& seams, const Seam& seam);
Result<void> nothing_happens(Place place, const char* what);  // the seam of those who look on

}  // namespace almanac::simulator
