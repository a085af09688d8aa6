#include "tools/almanac/run_report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "tools/almanac/console.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr size_t kShownFailures = 10;

size_t count_of(const RunSummary& summary, Role role) {
  return static_cast<size_t>(std::count_if(summary.cells.begin(), summary.cells.end(),
                                           [&](const RanCell& cell) { return cell.role == role; }));
}

}  // namespace

RunSummary summary_of(const Planning& planning, const std::vector<PlannedCell>& cells) {
  RunSummary summary;
  for (const PlannedCell& planned : cells) {
    RanCell cell;
    cell.calculation = planned.calculation;
    cell.date = planning.planner->date(planned.day);
    cell.role = planned.role;
    cell.verdict = planned.verdict;
    cell.outcome = outcome_of(planned.verdict.state);
    cell.detail = planned.detail;
    cell.code = planned.letter_code;
    const auto& result = planning.planner->settled(planned.calculation, planned.day).result;
    if (result) cell.result = result->hash;
    summary.cells.push_back(std::move(cell));
  }
  summary.nondeterministic = nondeterministic(planning);
  return summary;
}

json run_json(const RunReport& report, bool all) {
  json cells = json::array();
  for (const auto& cell : report.summary.cells) {
    if (cell.outcome == Outcome::Stable && cell.verdict.reason == Reason::Unchanged && !all) {
      continue;
    }
    json line{{"calculation", report.manifest->calculations[cell.calculation].id},
              {"date", cell.date.str()},
              {"state", name_of(cell.verdict.state)},
              {"outcome", name_of(cell.outcome)},
              {"reason", name_of(cell.verdict.reason)},
              {"result_hash", cell.result.zero() ? json(nullptr) : json(cell.result.hex())},
              {"attempts", cell.attempts},
              {"duration_ms", cell.duration_ms}};
    if (!cell.detail.empty()) line["detail"] = cell.detail;
    if (cell.role == Role::PulledIn) line["pulled_in"] = true;
    if (cell.failed_entities > 0) line["failed_entities"] = cell.failed_entities;
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
  if (report.summary.paid_back > 0) out["paid_back"] = report.summary.paid_back;
  if (!report.summary.incidents.empty()) out["not_reproduced"] = report.summary.incidents;
  for (const Repeats& repeats : report.summary.nondeterministic) {
    json line = repeats_json(repeats);
    line["calculation"] = repeats.calculation;
    out["nondeterministic"].push_back(std::move(line));
  }
  return out;
}

namespace {

// Entities that results are without, so that nobody has to look for them.
void print_failed_entities(const RunReport& report) {
  uint64_t entities = 0, cells = 0;
  const RanCell* first = nullptr;
  for (const RanCell& cell : report.summary.cells) {
    if (cell.failed_entities == 0) continue;
    entities += cell.failed_entities;
    ++cells;
    if (first == nullptr) first = &cell;
  }
  if (first == nullptr) return;
  std::printf("  %s failed in %s that succeeded (first: %s %s, %s)\n",
              entities == 1 ? "1 entity" : (number_text(entities) + " entities").c_str(),
              count_text(cells, "cell").c_str(),
              report.manifest->calculations[first->calculation].id.c_str(),
              first->date.str().c_str(), in_line(first->failure).c_str());
}

}  // namespace

void print_run(const RunReport& report) {
  const OutcomeTotals wanted = totals_of(report.summary, Role::Wanted);
  const OutcomeTotals pulled = totals_of(report.summary, Role::PulledIn);
  size_t sum = 0;
  std::printf("run %s\n", report.run.c_str());
  for (size_t i = 0; i < kOutcomes; ++i) {
    sum += wanted[i];
    if (wanted[i] + pulled[i] == 0) continue;
    std::printf("  %-16s %8zu", std::string(word_of(name_of(static_cast<Outcome>(i)))).c_str(),
                wanted[i]);
    if (pulled[i]) std::printf("  and %zu that they need", pulled[i]);
    std::printf("\n");
  }
  std::printf("  %-16s %8zu\n", "sum", sum);
  if (report.summary.paid_back > 0) {
    std::printf("  %s that stood on evidence, computed again\n",
                count_text(report.summary.paid_back, "cell").c_str());
  }
  size_t shown = 0;
  for (const auto& cell : report.summary.cells) {
    const bool error =
        cell.outcome == Outcome::Failed || (cell.outcome == Outcome::Blocked && cell.attempts > 0);
    if (!error || ++shown > kShownFailures) continue;
    std::printf("  %s %s %s: %s\n", std::string(name_of(cell.outcome)).c_str(),
                report.manifest->calculations[cell.calculation].id.c_str(), cell.date.str().c_str(),
                in_line(cell.detail).c_str());
  }
  if (shown > kShownFailures) {
    std::printf("  and %zu more; see run --json or status\n", shown - kShownFailures);
  }
  print_failed_entities(report);
  for (const auto& incident : report.summary.incidents) {
    std::printf("  not reproduced: %s\n", in_line(incident).c_str());
  }
  for (const Repeats& repeats : report.summary.nondeterministic) {
    std::printf("  %s\n", text_of(repeats).c_str());
  }
}

ExitCode exit_code_of(std::string_view failure) {
  if (failure == "ENTITY_CIRCUIT_BREAKER") return kEntityBreaker;
  if (failure == "QUALITY_CIRCUIT_BREAKER") return kValidator;
  return kFailedCells;
}

int exit_code(const RunReport& report) {
  const RunSummary& summary = report.summary;
  if (summary.interrupted) return kInterrupted;
  if (!summary.incidents.empty()) return kNotReproduced;
  const bool failed = std::any_of(summary.cells.begin(), summary.cells.end(), [](const auto& c) {
    return c.outcome == Outcome::Failed || c.outcome == Outcome::FailedDependency;
  });
  if (!failed) return summary.damaged ? kFailedCells : kDone;
  std::set<std::string> codes;
  for (const RanCell& cell : summary.cells) {
    if (cell.outcome == Outcome::Failed) codes.insert(cell.code);
  }
  return codes.size() == 1 ? exit_code_of(*codes.begin()) : kFailedCells;
}

}  // namespace almanac
