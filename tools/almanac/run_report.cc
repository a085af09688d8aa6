#include "tools/almanac/run_report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/almanac/console.h"

namespace almanac {

namespace {

using nlohmann::json;
using Totals = std::array<size_t, kOutcomes>;

constexpr size_t kShownFailures = 10;

Totals totals_of(const RunSummary& summary, Role role) {
  Totals totals{};
  for (const auto& cell : summary.cells) {
    if (cell.role == role) ++totals[static_cast<size_t>(cell.outcome)];
  }
  return totals;
}

size_t count_of(const RunSummary& summary, Role role) {
  return static_cast<size_t>(std::count_if(summary.cells.begin(), summary.cells.end(),
                                           [&](const RanCell& cell) { return cell.role == role; }));
}

json totals_json(const Totals& totals) {
  json out = json::object();
  for (size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcome != Outcome::Cancelled || totals[i]) out[std::string(name_of(outcome))] = totals[i];
  }
  return out;
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
    default:
      return Outcome::Stable;
  }
}

}  // namespace

RunSummary summary_of(const Planning& planning, const std::vector<PlannedCell>& cells) {
  RunSummary summary;
  for (const auto& cell : cells) {
    RanCell ran{cell.calculation,
                cell.day,
                cell.role,
                cell.verdict,
                outcome_of(cell.verdict.state),
                {},
                0,
                0,
                cell.detail};
    if (const auto& result = planning.planner->settled(cell.calculation, cell.day).result) {
      ran.result = result->hash;
    }
    summary.cells.push_back(std::move(ran));
  }
  return summary;
}

json run_json(const RunReport& report, const Planning& planning, bool all) {
  const Planner& planner = *planning.planner;
  json cells = json::array();
  for (const auto& cell : report.summary.cells) {
    if (cell.outcome == Outcome::Stable && cell.verdict.reason == Reason::Unchanged && !all) {
      continue;
    }
    json line{{"calculation", planner.manifest().calculations[cell.calculation].id},
              {"date", planner.date(cell.day).str()},
              {"state", name_of(cell.verdict.state)},
              {"outcome", name_of(cell.outcome)},
              {"reason", name_of(cell.verdict.reason)},
              {"result_hash", cell.result.zero() ? json(nullptr) : json(cell.result.hex())},
              {"attempts", cell.attempts},
              {"duration_ms", cell.duration_ms}};
    if (!cell.detail.empty()) line["detail"] = cell.detail;
    if (cell.role == Role::PulledIn) line["pulled_in"] = true;
    cells.push_back(std::move(line));
  }
  json out{{"version", 1},
           {"run_id", report.run},
           {"totals", totals_json(totals_of(report.summary, Role::Wanted))},
           {"expected", count_of(report.summary, Role::Wanted)},
           {"pulled_in",
            {{"totals", totals_json(totals_of(report.summary, Role::PulledIn))},
             {"expected", count_of(report.summary, Role::PulledIn)}}},
           {"cells", std::move(cells)}};
  if (!report.summary.incidents.empty()) out["not_reproduced"] = report.summary.incidents;
  return out;
}

void print_run(const RunReport& report, const Planning& planning) {
  const Planner& planner = *planning.planner;
  const Totals wanted = totals_of(report.summary, Role::Wanted);
  const Totals pulled = totals_of(report.summary, Role::PulledIn);
  size_t sum = 0;
  std::printf("run %s\n", report.run.c_str());
  for (size_t i = 0; i < kOutcomes; ++i) {
    sum += wanted[i];
    if (wanted[i] + pulled[i] == 0) continue;
    std::printf("  %-16s %8zu", std::string(name_of(static_cast<Outcome>(i))).c_str(), wanted[i]);
    if (pulled[i]) std::printf("  and %zu that they need", pulled[i]);
    std::printf("\n");
  }
  std::printf("  %-16s %8zu\n", "sum", sum);
  size_t shown = 0;
  for (const auto& cell : report.summary.cells) {
    const bool error =
        cell.outcome == Outcome::Failed || (cell.outcome == Outcome::Blocked && cell.attempts > 0);
    if (!error || ++shown > kShownFailures) continue;
    std::printf("  %s %s %s: %s\n", std::string(name_of(cell.outcome)).c_str(),
                planner.manifest().calculations[cell.calculation].id.c_str(),
                planner.date(cell.day).str().c_str(), cell.detail.c_str());
  }
  if (shown > kShownFailures) {
    std::printf("  and %zu more; see run --json or status\n", shown - kShownFailures);
  }
  for (const auto& incident : report.summary.incidents) {
    std::printf("  not reproduced: %s\n", incident.c_str());
  }
}

int exit_code(const RunReport& report) {
  const RunSummary& summary = report.summary;
  if (summary.interrupted) return kInterrupted;
  if (!summary.incidents.empty()) return kNotReproduced;
  const bool failed = std::any_of(summary.cells.begin(), summary.cells.end(), [](const auto& c) {
    return c.outcome == Outcome::Failed || c.outcome == Outcome::FailedDependency;
  });
  if (!failed) return summary.damaged ? kFailedCells : kDone;
  const auto& codes = report.failure_codes;
  auto all_are = [&](const char* code) {
    return !codes.empty() &&
           std::all_of(codes.begin(), codes.end(), [&](const auto& c) { return c == code; });
  };
  if (all_are("ENTITY_CIRCUIT_BREAKER")) return kEntityBreaker;
  if (all_are("QUALITY_CIRCUIT_BREAKER")) return kValidator;
  return kFailedCells;
}

}  // namespace almanac
