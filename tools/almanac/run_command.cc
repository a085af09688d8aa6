// almanac run, almanac retry.
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <thread>

#include "activities/index.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/plan_report.h"
#include "tools/almanac/run_report.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

constexpr int kRounds = 3;
constexpr size_t kShownProblems = 5;

std::atomic<bool> stop{false};

// The first signal drains; the second ends the process at once, which loses nothing that is
// committed.
void on_signal(int) {
  if (stop.exchange(true)) _exit(kInterrupted);
}

std::string new_run_id() {
  const time_t now = now_ms() / 1000;
  tm utc{};
  gmtime_r(&now, &utc);
  char text[48];
  std::snprintf(text, sizeof text, "%04d%02d%02dT%02d%02d%02d-%08x", utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                std::random_device{}());
  return text;
}

bool writes(const PlannedCell& cell) {
  return is_change(cell.verdict) || cell.verdict.state == State::Skipped ||
         cell.verdict.reason == Reason::BreakerOpen;
}

// A file that `plan -o` wrote.
Result<nlohmann::json> read_plan(const std::string& file) {
  std::ifstream in(file);
  nlohmann::json plan = nlohmann::json::parse(in, nullptr, false);
  const bool whole = plan.is_object() && plan.contains("digest") && plan.contains("request") &&
                     plan["request"].is_object() && plan.contains("cells") &&
                     plan["cells"].is_array();
  if (whole) return plan;
  return usage_error("cannot read a plan from " + file + "; make one with: almanac plan -o FILE");
}

// The request that the plan was made for takes the place of what the command line says.
Result<Options> with_request_of(const nlohmann::json& plan, Options options) try {
  const auto& request = plan["request"];
  options.from = Date::parse(request.value("from", ""));
  options.to = Date::parse(request.value("to", ""));
  options.select = request.value("select", "");
  options.lines = request.value("lines", std::vector<std::string>{});
  options.exact = request.value("exact", false);
  options.force = request.value("force", false);
  return options;
} catch (const nlohmann::json::exception& error) {
  return usage_error("cannot read the request of the plan " + options.file + ": " + error.what());
}

// A plan can be run when nothing that it stands on has moved, and it covers every change.
Result<void> check_plan(const nlohmann::json& plan, const Planned& planned) {
  const Error moved =
      temporary_error("code, inputs or results moved since the plan was made; plan again");
  if (plan["digest"] != plan_digest(*planned.planning, planned.cells)) return moved;
  std::set<std::pair<std::string, std::string>> changes;
  for (const auto& cell : plan["cells"]) {
    const std::string state = cell.value("state", "");
    if (state == "runnable" || state == "reRun" || cell.value("reason", "") == "moved") {
      changes.insert({cell.value("calculation", ""), cell.value("date", "")});
    }
  }
  const Planner& planner = *planned.planning->planner;
  for (const auto& cell : planned.cells) {
    if (is_change(cell.verdict) &&
        !changes.contains(
            {planner.manifest().calculations[cell.calculation].id, planner.date(cell.day).str()})) {
      return moved;
    }
  }
  return {};
}

Result<std::vector<std::string>> failure_codes(Ledger& ledger, const RunSummary& summary,
                                               const Planner& planner) {
  TRY(const auto letters, ledger.dead_letters());
  std::map<std::pair<std::string, Date>, std::string> codes;
  for (const auto& letter : letters) codes[{letter.calculation, letter.date}] = letter.code;
  std::vector<std::string> out;
  for (const auto& cell : summary.cells) {
    if (cell.outcome != Outcome::Failed) continue;
    out.push_back(
        codes[{planner.manifest().calculations[cell.calculation].id, planner.date(cell.day)}]);
  }
  return out;
}

// Later rounds replace what earlier ones said of a cell.
void merge(RunSummary next, RunSummary* into) {
  next.attempts += into->attempts;
  next.incidents.insert(next.incidents.begin(), into->incidents.begin(), into->incidents.end());
  std::map<std::pair<size_t, size_t>, RanCell> ran;
  for (auto& cell : into->cells) {
    if (cell.outcome == Outcome::Computed || cell.outcome == Outcome::Reused ||
        cell.outcome == Outcome::Skipped) {
      ran[{cell.calculation, cell.day}] = std::move(cell);
    }
  }
  for (auto& cell : next.cells) {
    const auto before = ran.find({cell.calculation, cell.day});
    if (before != ran.end() && cell.outcome == Outcome::Stable) cell = std::move(before->second);
  }
  *into = std::move(next);
}

Error in_use(const Ledger::LeaseHolder& holder) {
  return temporary_error("the ledger is in use by run " + holder.run + " (process " +
                         std::to_string(holder.pid) + " on " + holder.host +
                         "); wait for it to end");
}

Result<RunReport> run_rounds(const Options& options, Built built, Planned* planned) {
  RunReport report;
  report.run = new_run_id();
  TRY(const Date day, today(built.project));
  // SQLite lets nobody write in a process that also reads the ledger without its locks.
  planned->planning.reset();
  planned->workspace.reset();
  TRY(planned->workspace, open_workspace(built.project, built.manifest, Access::Write));
  Workspace& workspace = *planned->workspace;
  Ledger::LeaseHolder holder;
  TRY(const auto lease, workspace.ledger->acquire(report.run, &holder));
  if (!lease) return in_use(holder);
  workspace.store->sweep();
  const int64_t started = now_ms();
  for (int round = 0; round < kRounds; ++round) {
    TRY(planned->planning, start_planning(workspace, request_of(options), day));
    Planning& planning = *planned->planning;
    const auto changed = changed_partitions(planning.recorded, planning.availability);
    if (!changed.empty()) TRY_VOID(workspace.ledger->record_partitions(*lease, changed));
    Progress progress(planned->cells.size());
    RunOptions run_options;
    run_options.run = report.run;
    run_options.threads =
        options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
    run_options.now_ms = now_ms;
    run_options.stop = &stop;
    run_options.progress = [&](const RanCell& cell) {
      progress.step(workspace.manifest.calculations[cell.calculation].id + " " +
                    planning.planner->date(cell.day).str());
    };
    TRY(auto summary, run(workspace, planning, *lease, run_options));
    const bool again = summary.again && !summary.interrupted;
    merge(std::move(summary), &report.summary);
    if (!again) break;
  }
  report.summary.damaged = report.summary.again;
  TRY(report.failure_codes,
      failure_codes(*workspace.ledger, report.summary, *planned->planning->planner));
  if (report.summary.attempts > 0) {
    const auto totals = run_json(report, *planned->planning, false)["totals"].dump();
    TRY_VOID(workspace.ledger->record_run(*lease, {report.run, "run", totals, started, now_ms()}));
  }
  TRY_VOID(workspace.ledger->release(*lease));
  return report;
}

// Problems of root data that keep wanted cells from running are worth more than a state.
bool warn_of_damage(const Planning& planning) {
  const Planner& planner = *planning.planner;
  if (planner.days() == 0) return false;
  // Days that no cell of this command reads are not its business.
  const size_t first = planning.wanted->first_day(), last = planning.wanted->to();
  std::vector<std::string> problems;
  for (const auto& dataset : planning.availability.datasets) {
    for (const auto& partition : dataset.partitions) {
      if (partition.presence != Presence::Unreadable) continue;
      if (!dataset.is_static &&
          (partition.date < planner.date(first) || partition.date > planner.date(last))) {
        continue;
      }
      problems.push_back(dataset.name + ": " + partition.problem);
    }
  }
  for (const auto& [day, misfits] : planner.misfits()) {
    if (day < first || day > last) continue;
    for (const auto& misfit : misfits) {
      problems.push_back(misfit + "; correct the data, or what the calculations declare");
    }
  }
  problems.erase(std::unique(problems.begin(), problems.end()), problems.end());
  for (size_t i = 0; i < std::min(problems.size(), kShownProblems); ++i) warn(problems[i]);
  if (problems.size() > kShownProblems) {
    warn("and " + std::to_string(problems.size() - kShownProblems) + " more of this kind");
  }
  return !problems.empty();
}

Result<int> run_project(const Options& asked) {
  nlohmann::json plan;
  Options options = asked;
  if (!asked.file.empty()) {
    TRY(plan, read_plan(asked.file));
    TRY(options, with_request_of(plan, asked));
  }
  TRY(Built built, load_and_build(options));
  Planned planned;
  TRY(planned.workspace, open_workspace(built.project, built.manifest, Access::Read));
  TRY(const Date day, today(built.project));
  TRY(planned.planning, start_planning(*planned.workspace, request_of(options), day));
  for (const auto& warning : planned.planning->warnings) warn(warning);
  planned.cells = plan_cells(*planned.planning);
  if (!options.file.empty()) TRY_VOID(check_plan(plan, planned));

  RunReport report;
  if (std::any_of(planned.cells.begin(), planned.cells.end(), writes)) {
    TRY(report, run_rounds(options, std::move(built), &planned));
  } else {
    report.run = new_run_id();
    report.summary = summary_of(*planned.planning, planned.cells);
    TRY(report.failure_codes,
        failure_codes(*planned.workspace->ledger, report.summary, *planned.planning->planner));
  }
  report.summary.damaged |= warn_of_damage(*planned.planning);
  if (options.json) {
    print_json(run_json(report, *planned.planning, options.all));
  } else {
    print_run(report, *planned.planning);
  }
  return exit_code(report);
}

// Puts the dead letters of the wanted cells back; their attempts start anew.
Result<size_t> requeue(const Options& options) {
  std::vector<Ledger::CellName> failed;
  TRY(Planned planned, open_and_plan(options));
  for (const auto& cell : planned.cells) {
    if (cell.verdict.state != State::Failed) continue;
    failed.push_back({planned.workspace->manifest.calculations[cell.calculation].id,
                      planned.planning->planner->date(cell.day)});
  }
  const Project project = planned.workspace->project;
  Manifest manifest = planned.workspace->manifest;
  planned.planning.reset();  // as in run_rounds
  planned.workspace.reset();
  TRY(auto workspace, open_workspace(project, std::move(manifest), Access::Write));
  Ledger::LeaseHolder holder;
  TRY(const auto lease, workspace->ledger->acquire(new_run_id(), &holder));
  if (!lease) return in_use(holder);
  for (const auto& cell : failed) TRY_VOID(workspace->ledger->requeue(*lease, cell));
  TRY_VOID(workspace->ledger->release(*lease));
  return failed.size();
}

int run_and_print(const Options& options) {
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  auto code = run_project(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace

int run_command(const Options& options) {
  return run_and_print(options);
}

int retry_command(const Options& options) {
  auto count = requeue(options);
  if (!count.ok()) return fail(count.error());
  std::fprintf(stderr, "almanac: %zu failed cells are tried again\n", *count);
  return run_and_print(options);
}

}  // namespace almanac
