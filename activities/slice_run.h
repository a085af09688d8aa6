// Computes a slice: decides its cells one after the other by what is committed then, computes those
// that are still to be computed, and commits what became of them.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "activities/compute.h"
#include "activities/run_state.h"
#include "isolation/room.h"

namespace almanac {

// Runs users' code; one outcome per date of the task. Called on several threads.
using Execute =
    std::function<std::vector<CellOutcome>(const CellTask& task, const OnReading& on_reading)>;

// What a slice needs of the process that it runs in. The state is used under `mutex` only; while a
// cell computes, others go on.
struct SliceRunner {
  Workspace* workspace;
  RunState* state;
  std::mutex* mutex;
  std::set<std::pair<size_t, size_t>>* under_way;  // cells that this process computes
  Room* room;                                      // in which calculations run
  const Compute* compute;
  Execute execute;
  Execute again;  // where what might matter, and must not, is otherwise; may be empty
  std::function<int64_t()> now_ms;                   // wall clock, for the record
  std::function<int64_t()> steady_ms;                // does not jump
  std::function<bool()> stopping;                    // drain: begin no other cell
  std::function<void(int64_t ms)> sleep;             // without the mutex
  std::function<void(const std::string&)> progress;  // a cell that is through
  std::function<void(const std::string&)> notice;    // for people, while it runs
  // What is computed now, for heartbeats. Without the mutex.
  std::function<void(const std::optional<Computing>&)> note;
  std::string worker, activity;  // for the record
};

// `lock` holds the mutex. An error ends the slice; what was committed stays.
Result<Done> run_slice(SliceRunner& runner, const SliceOrder& order,
                       std::unique_lock<std::mutex>& lock);

}  // namespace almanac
