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

#include "tools/almanac/aside.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/plan_report.h"
#include "tools/almanac/run_report.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

constexpr size_t kShownProblems = 5;

std::atomic<bool> stop{false};

// The first signal drains; the second ends the process at once, which loses nothing that is
// committed.
void on_signal(int) {
  if (stop.exchange(true)) _exit(kInterrupted);
  constexpr char kSaid[] = "\nalmanac: stopping after the cells under way; again stops at once\n";
  (void)!write(STDERR_FILENO, kSaid, sizeof kSaid - 1);
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
  return is_change(cell.verdict) || cell.withdraw || cell.verdict.state == State::Skipped ||
         cell.verdict.reason == Reason::BreakerOpen;
}

// A plan that `plan -o` wrote, as far as a run needs it.
struct PlanFile {
  Options options;                                 // with the request that the plan was made for
  std::string digest;                              // of what it stands on
  std::set<std::pair<std::string, Date>> changes;  // cells that it computes, publishes or moves
};

Result<std::optional<Date>> date_in(const nlohmann::json& request, const char* name) {
  if (!request.contains(name)) return std::optional<Date>();
  const auto date = Date::parse(request[name].get<std::string>());
  if (!date) return usage_error("the plan's \"" + std::string(name) + "\" is not a date");
  return date;
}

Result<PlanFile> read_plan(const Options& options) try {
  std::ifstream in(options.file);
  const auto plan = nlohmann::json::parse(in);
  PlanFile file{options, plan.at("digest"), {}};
  const auto& request = plan.at("request");
  TRY(file.options.from, date_in(request, "from"));
  TRY(file.options.to, date_in(request, "to"));
  file.options.select = request.value("select", "");
  file.options.lines = request.value("lines", std::vector<std::string>{});
  file.options.exact = request.value("exact", false);
  file.options.force = request.value("force", false);
  for (const auto& cell : plan.at("cells")) {
    const std::string state = cell.at("state");
    if (state != "runnable" && state != "reRun" && cell.at("reason") != "moved") continue;
    const auto date = Date::parse(cell.at("date").get<std::string>());
    if (!date) return usage_error("a cell of the plan has no date");
    file.changes.insert({cell.at("calculation"), *date});
  }
  return file;
} catch (const nlohmann::json::exception& error) {
  return usage_error("cannot read a plan from " + options.file + " (" + error.what() +
                     "); make one with: almanac plan -o FILE");
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

Result<Ran> run_planned(const Options& options, const PlanFile& file, Planned* planned) {
  Project project = planned->workspace->project;
  Manifest manifest = planned->workspace->manifest;
  TRY(const Date day, today(project));
  Progress progress(planned->cells.size());
  // SQLite lets nobody write in a process that also reads the ledger without its locks.
  planned->planning.reset();
  planned->workspace.reset();
  TRY(planned->workspace, open_workspace(std::move(project), std::move(manifest), Access::Write));
  RunOptions run_options;
  run_options.run = new_run_id();
  run_options.threads =
      options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
  if (!options.file.empty()) run_options.allowed = &file.changes;
  run_options.now_ms = now_ms;
  run_options.stop = &stop;
  run_options.progress = [&](const RanCell& cell) {
    progress.step(planned->workspace->manifest.calculations[cell.calculation].id + " " +
                  cell.date.str());
  };
  const Aside aside;
  return run(*planned->workspace, request_of(options), day, run_options);
}

Result<int> run_project(const Options& asked) {
  PlanFile file{asked, {}, {}};
  if (!asked.file.empty()) {
    TRY(file, read_plan(asked));
  }
  const Options& options = file.options;
  TRY(Planned planned, open_and_plan(options));
  if (!asked.file.empty() && file.digest != plan_digest(*planned.planning, planned.cells)) {
    return temporary_error("code, inputs or results moved since the plan was made; plan again");
  }
  Ran ran;
  if (std::any_of(planned.cells.begin(), planned.cells.end(), writes)) {
    TRY(ran, run_planned(options, file, &planned));
  } else {
    ran.summary = summary_of(*planned.planning, planned.cells);
    ran.planning = std::move(planned.planning);
  }
  ran.summary.damaged |= warn_of_damage(*ran.planning);
  const RunReport report{ran.run.empty() ? new_run_id() : ran.run, std::move(ran.summary),
                         &planned.workspace->manifest};
  if (options.json) {
    print_json(run_json(report, options.all));
  } else {
    print_run(report);
  }
  return exit_code(report);
}

// Puts the dead letters of the wanted cells back; their attempts start anew.
Result<size_t> requeue(const Options& options) {
  TRY(Planned planned, open_and_plan(options));
  std::vector<Ledger::CellName> failed;
  TRY(const auto letters, planned.workspace->ledger->dead_letters());
  const Planning& planning = *planned.planning;
  for (const auto& letter : letters) {
    const auto cell = planning.planner->cell_at(letter.calculation, letter.date);
    if (letter.dropped || !cell) continue;
    if (planning.wanted->role(cell->first, cell->second) == Role::None) continue;
    failed.push_back({letter.calculation, letter.date});
  }
  if (failed.empty()) return size_t{0};
  Project project = planned.workspace->project;
  Manifest manifest = planned.workspace->manifest;
  planned.planning.reset();  // as in run_planned
  planned.workspace.reset();
  TRY(auto workspace, open_workspace(std::move(project), std::move(manifest), Access::Write));
  TRY(const auto lease, take_lease(*workspace, new_run_id()));
  for (const auto& cell : failed) TRY_VOID(workspace->ledger->requeue(lease, cell));
  TRY_VOID(workspace->ledger->release(lease));
  return failed.size();
}

// An error after an interruption is a part of it: the signal reaches the compiler, too.
int finish(const Result<int>& code) {
  if (code.ok()) return *code;
  const int failed = fail(code.error());
  return stop ? static_cast<int>(kInterrupted) : failed;
}

int run_and_print(const Options& options) {
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return finish(run_project(options));
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
