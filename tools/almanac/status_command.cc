// almanac status: what is.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/almanac/console.h"
#include "tools/almanac/letters.h"
#include "tools/almanac/options.h"
#include "tools/almanac/plan_report.h"
#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"
#include "tools/almanac/under_way.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr size_t kShownRuns = 5;

// How many cells of a run succeeded although some of their entities failed.
Result<size_t> cells_with_failed_entities(Ledger& ledger, const std::string& run) {
  TRY(const auto attempts, ledger.attempts_of_run(run));
  size_t count = 0;
  for (const auto& attempt : attempts) {
    if (attempt.status != AttemptStatus::Success) continue;
    if (attempt.statistics.find("\"failed_entities\"") != std::string::npos) ++count;
  }
  return count;
}

Result<int> status(const Options& options) {
  TRY(const Planned planned, open_and_plan(options));
  Ledger& ledger = *planned.workspace->ledger;
  TRY(const auto runs, ledger.runs(kShownRuns));
  TRY(const auto letters, ledger.dead_letters());
  TRY(const auto breakers, ledger.breakers());
  const auto now = under_way(planned.workspace->project, ledger);
  if (!now.ok()) warn(now.error().message);  // all else is known
  const UnderWay* run_now = now.ok() && *now ? &**now : nullptr;
  StateTotals totals{};
  for (const auto& cell : planned.cells) {
    if (cell.role == Role::Wanted) ++totals[static_cast<size_t>(cell.verdict.state)];
  }
  if (options.json) {
    json out{{"version", 1},
             {"totals", json::object()},
             {"under_way", run_now ? brief_json(*run_now) : json()},
             {"runs", json::array()},
             {"dead_letters", json::array()},
             {"open_breakers", json::array()}};
    for (size_t i = 0; i < kStates; ++i) {
      out["totals"][std::string(name_of(static_cast<State>(i)))] = totals[i];
    }
    for (const auto& run : runs) {
      out["runs"].push_back({{"run_id", run.run},
                             {"started", utc_text(run.started_ms)},
                             {"duration_ms", run.finished_ms - run.started_ms},
                             {"totals", json::parse(run.totals)}});
    }
    for (const auto& letter : letters) {
      out["dead_letters"].push_back(letter_json(letter));
    }
    for (const auto& breaker : breakers) {
      if (breaker.open) out["open_breakers"].push_back(breaker.calculation);
    }
    print_json(out);
    return static_cast<int>(kDone);
  }
  std::printf("cells\n");
  print_totals(totals);
  if (run_now) std::printf("under way\n  %s\n", brief_text(*run_now).c_str());
  if (!runs.empty()) std::printf("last runs\n");
  for (const auto& run : runs) {
    std::printf("  %s  %s  %.1f s  %s\n", run.run.c_str(), utc_text(run.started_ms).c_str(),
                static_cast<double>(run.finished_ms - run.started_ms) / 1000,
                totals_text(run.totals).c_str());
  }
  if (!runs.empty()) {
    TRY(const size_t marred, cells_with_failed_entities(ledger, runs.front().run));
    if (marred) {
      std::printf(
          "cells of the last run that lack entities that failed: %zu; "
          "almanac explain CALC DATE says why\n",
          marred);
    }
  }
  for (const auto& letter : letters) {
    std::printf("dead letter: %s %s after %s in %s: %s: %s: %s%s\n", letter.calculation.c_str(),
                letter.date.str().c_str(),
                count_text(static_cast<uint64_t>(letter.attempts), "attempt").c_str(),
                letter.stage.c_str(), letter.end(), letter.code.c_str(),
                in_line(letter.error).c_str(), letter.dropped ? " (dropped)" : "");
  }
  for (const auto& breaker : breakers) {
    if (breaker.open) std::printf("breaker open: %s\n", breaker.calculation.c_str());
  }
  return static_cast<int>(kDone);
}

}  // namespace

int status_command(const Options& options) {
  auto code = status(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
