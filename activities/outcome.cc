#include "activities/outcome.h"

#include <iterator>
#include <nlohmann/json.hpp>

namespace almanac {

namespace {

constexpr std::string_view kOutcomeNames[] = {"computed",         "reused",     "skipped",
                                              "stable",           "blocked",    "failed",
                                              "failedDependency", "impossible", "cancelled"};
static_assert(std::size(kOutcomeNames) == kOutcomes);

}  // namespace

std::string_view name_of(Outcome outcome) {
  return kOutcomeNames[static_cast<size_t>(outcome)];
}

Outcome outcome_of(State state) {
  switch (state) {
    case State::Failed:
      return Outcome::Failed;
    case State::FailedDependency:
      return Outcome::FailedDependency;
    case State::Blocked:
      return Outcome::Blocked;
    case State::Impossible:
      return Outcome::Impossible;
    case State::Skipped:
      return Outcome::Skipped;
    default:
      return Outcome::Stable;
  }
}

OutcomeTotals totals_of(const RunSummary& summary, Role role) {
  OutcomeTotals totals{};
  for (const RanCell& cell : summary.cells) {
    if (cell.role == role) ++totals[static_cast<size_t>(cell.outcome)];
  }
  return totals;
}

nlohmann::json totals_json(const OutcomeTotals& totals) {
  nlohmann::json out = nlohmann::json::object();
  for (size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcome != Outcome::Cancelled || totals[i]) out[std::string(name_of(outcome))] = totals[i];
  }
  return out;
}

}  // namespace almanac
