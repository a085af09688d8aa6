// almanac status, almanac report: what is.
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
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
  std::array<size_t, kStates> totals{};
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
  for (const std::string_view line : kLines) {
    size_t count = 0;
    for (size_t i = 0; i < kStates; ++i) {
      if (line_of(static_cast<State>(i)) == line) count += totals[i];
    }
    if (count) std::printf("  %-11s %8zu\n", line.data(), count);
  }
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
    std::printf("dead letter: %s %s after %d attempts in %s: %s: %s: %s%s\n",
                letter.calculation.c_str(), letter.date.str().c_str(), letter.attempts,
                letter.stage.c_str(), letter.end(), letter.code.c_str(), letter.error.c_str(),
                letter.dropped ? " (dropped)" : "");
  }
  for (const auto& breaker : breakers) {
    if (breaker.open) std::printf("breaker open: %s\n", breaker.calculation.c_str());
  }
  return static_cast<int>(kDone);
}

// The build report: per date how many cells are in which line, and whether they add up.
Result<int> report(const Options& options) {
  TRY(Planned planned, open_and_plan(options));
  const Planner& planner = *planned.planning->planner;
  const size_t expected = static_cast<size_t>(
      std::count(planned.planning->selected.begin(), planned.planning->selected.end(), true));
  std::map<size_t, std::array<size_t, kStates>> days;
  for (const auto& cell : planned.cells) {
    if (cell.role == Role::Wanted) ++days[cell.day][static_cast<size_t>(cell.verdict.state)];
  }
  while (days.size() > static_cast<size_t>(options.days)) days.erase(days.begin());
  if (options.json) {
    json out{{"version", 1}, {"expected_per_date", expected}, {"dates", json::array()}};
    for (const auto& [day, totals] : days) {
      json line{{"date", planner.date(day).str()}};
      size_t sum = 0;
      for (size_t i = 0; i < kStates; ++i) {
        line["totals"][std::string(name_of(static_cast<State>(i)))] = totals[i];
        sum += totals[i];
      }
      line["sum"] = sum;
      line["adds_up"] = sum == expected;
      out["dates"].push_back(std::move(line));
    }
    print_json(out);
    return static_cast<int>(kDone);
  }
  std::printf("%-10s %8s %8s %8s %10s %8s %8s %10s %8s\n", "date", "run", "rerun", "stable",
              "up to date", "blocked", "failed", "impossible", "sum");
  for (const auto& [day, t] : days) {
    auto of = [&t = t](State state) { return t[static_cast<size_t>(state)]; };
    const size_t blocked = of(State::Blocked) + of(State::FailedDependency);
    const size_t sum = of(State::Runnable) + of(State::ReRun) + of(State::Skipped) +
                       of(State::Stable) + blocked + of(State::Failed) + of(State::Impossible);
    std::printf("%-10s %8zu %8zu %8zu %10zu %8zu %8zu %10zu %8zu%s\n",
                planner.date(day).str().c_str(), of(State::Runnable), of(State::ReRun),
                of(State::Skipped), of(State::Stable), blocked, of(State::Failed),
                of(State::Impossible), sum, sum == expected ? "" : "  does not add up");
  }
  return static_cast<int>(kDone);
}

}  // namespace

int status_command(const Options& options) {
  auto code = status(options);
  return code.ok() ? *code : fail(code.error());
}

int report_command(const Options& options) {
  auto code = report(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
