#include "activities/compute_again.h"

#include <algorithm>

#include "core/quality/memory_need.h"
#include "core/quality/repetition.h"
#include "runner/lack.h"

namespace almanac {

namespace {

bool failed(const CellOutcome& outcome) {
  return !outcome.code.empty();
}

}  // namespace

std::optional<Repeats> compute_again(const Execute& again, const RootData& root,
                                     const CellTask& task,
                                     const std::vector<CellOutcome>& outcomes) {
  std::optional<Repeats> repeat;
  if (std::any_of(outcomes.begin(), outcomes.end(), failed)) return repeat;
  std::vector<CellOutcome> others = again(task, {});
  check_moved(root, task, &others);
  for (size_t i = 0; i < others.size(); ++i) {
    CellOutcome& other = others[i];
    discard(&other);
    const bool lacked = is_lack(other) || is_heavy(0, other.error, task.limits.memory_bytes);
    if (other.engine_fault || lacked) continue;
    const std::string found = failed(other) ? "it fails: " + other.code + ": " + other.error
                                            : difference(outcomes[i].result, other.result);
    if (!repeat) repeat.emplace();
    ++repeat->cells;
    if (found.empty()) continue;
    ++repeat->differing;
    repeat->date = other.date;
    repeat->difference = found;
  }
  return repeat;
}

}  // namespace almanac
