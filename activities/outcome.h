// What became of the cells of a run.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "almanac/date.h"
#include "core/ledger/records.h"
#include "core/plan/decide.h"
#include "core/plan/wanted.h"

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

// The outcome of a cell for which nothing is done.
Outcome outcome_of(State state);

struct RanCell {
  size_t calculation = 0;  // in the manifest
  Date date;
  Role role = Role::Wanted;
  Verdict verdict{};  // the decision before it ran
  Outcome outcome = Outcome::Stable;
  Hash result;       // zero where it has none
  int attempts = 0;  // in this run
  int64_t duration_ms = 0;
  std::string detail;            // error or what it waits for
  std::string code;              // of the dead letter of a failed cell
  uint64_t failed_entities = 0;  // that its result is without
  std::string failure;           // of the first of them
};

struct RunSummary {
  std::vector<RanCell> cells;  // each cell once
  size_t attempts = 0;
  bool interrupted = false;
  bool again = false;                     // root data or a stored result changed under the run
  bool damaged = false;                   // root data that cannot be read as declared
  std::vector<std::string> incidents;     // results that could not be reproduced
  size_t paid_back = 0;                   // cells that stood on evidence and were computed again
  std::vector<Repeats> nondeterministic;  // of the calculations that the run was about
};

// How many cells of a role ended in each outcome; as JSON by name, `cancelled` where there are any.
using OutcomeTotals = std::array<size_t, kOutcomes>;
OutcomeTotals totals_of(const RunSummary& summary, Role role);
nlohmann::json totals_json(const OutcomeTotals& totals);

}  // namespace almanac
