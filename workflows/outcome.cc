#include "workflows/outcome.h"

#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

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

void merge(RunSummary round, RunSummary* into) {
  round.attempts += into->attempts;
  round.incidents.insert(round.incidents.begin(), into->incidents.begin(), into->incidents.end());
  std::map<std::pair<size_t, Date>, RanCell> done;
  for (RanCell& cell : into->cells) {
    if (cell.outcome == Outcome::Computed || cell.outcome == Outcome::Reused ||
        cell.outcome == Outcome::Skipped) {
      done[{cell.calculation, cell.date}] = std::move(cell);
    }
  }
  for (RanCell& cell : round.cells) {
    const auto before = done.find({cell.calculation, cell.date});
    if (before != done.end() && cell.outcome == Outcome::Stable) cell = std::move(before->second);
  }
  *into = std::move(round);
}

}  // namespace almanac
