// Run: brings the wanted cells up to date on this machine. Chunks of consecutive dates go through
// the passes in order; in a pass each calculation has a lane: its days in date order, computed in
// parallel, one after the other where it reads its own history.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "activities/plan.h"
#include "activities/workspace.h"
#include "runner/execute.h"

namespace almanac {

enum class Outcome : uint8_t {
  Computed,
  Reused,
  Skipped,
  Stable,
  Blocked,
  Failed,
  FailedDependency,
  Impossible,
  Cancelled,
};
inline constexpr size_t kOutcomes = 9;
std::string_view name_of(Outcome outcome);

// What became of one cell.
struct RanCell {
  size_t calculation = 0, day = 0;
  Role role = Role::Wanted;
  Verdict verdict{};  // the decision before it ran
  Outcome outcome = Outcome::Stable;
  Hash result;       // zero where it has none
  int attempts = 0;  // in this run
  int64_t duration_ms = 0;
  std::string detail;  // error or what it waits for
};

struct RunSummary {
  std::vector<RanCell> cells;  // in the order in which they ended
  size_t attempts = 0;
  bool interrupted = false;
  bool again = false;  // root data or a stored result changed under the run: plan and run once more
  bool damaged = false;                // root data that cannot be read as declared
  std::vector<std::string> incidents;  // results that could not be reproduced
};

struct RunOptions {
  std::string run;  // id, unique
  size_t threads = 1;
  Limits limits;
  std::function<int64_t()> now_ms;          // wall clock, for the record only
  const std::atomic<bool>* stop = nullptr;  // drains when it becomes true
  std::function<void(const RanCell&)> progress;
};

// A Temporary error (disk full, lease lost) ends the run; what was committed stays.
Result<RunSummary> run(Workspace& workspace, Planning& planning, const Ledger::Lease& lease,
                       const RunOptions& options);

}  // namespace almanac
