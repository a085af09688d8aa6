// Stage: what all processes of a simulated world share: the clock, the points, the random numbers,
// what is kept, and what was seen to go wrong. Thread rule: one thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "simulator/flaky_service.h"
#include "simulator/graph.h"
#include "simulator/memory.h"
#include "simulator/points.h"
#include "storage/ledger.h"

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
  SecondTasks second;
  Graph graph;
  std::string ledger_path;
  std::unique_ptr<Ledger> ledger;  // to look at it; no process's
  std::set<int64_t> alive;         // numbers of the processes that are
  // How often a cell was computed, with its code.
  std::map<std::tuple<size_t, int, uint64_t>, int> tries;
  bool disturbed = false;  // in this run: somebody was halted, or root data changed
  std::vector<std::string> violations;
};

}  // namespace almanac::simulator
