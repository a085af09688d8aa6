// Run: brings the wanted cells up to date on this machine, under the ledger's lease. It plans and
// goes through the passes (round.h), and once more when root data or stored results have changed
// meanwhile. What was being computed when an earlier run ended abruptly is tried last and alone, so
// that a cell that kills the process does not keep the others from their results.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "activities/plan.h"
#include "activities/workspace.h"
#include "runner/execute.h"
#include "workflows/outcome.h"

namespace almanac {

struct RunOptions {
  std::string run;  // id, unique
  size_t threads = 1;
  Limits limits;
  // The cells (calculation id, date) that may be computed, published or moved; null: all.
  const std::set<std::pair<std::string, Date>>* allowed = nullptr;
  std::function<int64_t()> now_ms;          // wall clock, for the record only
  const std::atomic<bool>* stop = nullptr;  // drains when it becomes true
  std::function<void(const RanCell&)> progress;
};

struct Ran {
  std::string run;  // id
  RunSummary summary;
  std::unique_ptr<Planning> planning;  // of the last round
};

// `today` as for start_planning. A Temporary error (disk full, ledger in use, lease lost) ends the
// run; what was committed stays.
Result<Ran> run(Workspace& workspace, const Request& request, Date today,
                const RunOptions& options);

}  // namespace almanac
