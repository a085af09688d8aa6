#include "tools/almanac/run_project.h"

#include <algorithm>
#include <set>

#include "tools/almanac/aside.h"
#include "tools/almanac/console.h"
#include "tools/almanac/engine.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/ledger_preflight.h"
#include "tools/almanac/loans.h"
#include "tools/almanac/order.h"
#include "tools/almanac/revocation.h"
#include "tools/almanac/root_damage.h"
#include "tools/almanac/run_report.h"
#include "tools/almanac/service_run.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

Result<Ran> run_planned(const Options& options, const AllowedCells* only, Planned* planned) {
  Project project = planned->workspace->project;
  Manifest manifest = planned->workspace->manifest;
  // A process that writes the ledger reads it through that connection alone, and the planner of the
  // plan holds references to the workspace.
  planned->planning.reset();
  planned->workspace.reset();
  TRY_VOID(check_nobody_runs(project));
  TRY(planned->workspace, open_workspace(project, manifest, Access::Write));
  TRY(Order order, order_of(options, *planned->workspace));
  if (only) {
    TRY(order.allowed, keep_allowed_cells(*planned->workspace->store, *only));
  }
  const Aside aside;
  if (!order.shared) {
    Progress progress(planned->cells.size());
    RunOptions run_options;
    run_options.threads = static_cast<size_t>(order.parallel);
    run_options.stop = &stop_on_signals();
    run_options.progress = [&](const std::string& cell) { progress.step(cell); };
    run_options.notice = warn;
    return EmbeddedEngine(planned->workspace, order.modules, run_options).run(order);
  }
  TRY(const Tally tally, run_on_service(std::move(planned->workspace), order, stop_on_signals()));
  TRY(planned->workspace, open_workspace(std::move(project), std::move(manifest), Access::Read));
  return outcome_of(*planned->workspace, order, tally.cancelled, tally.moved);
}

// Carries out one more plan; the planning is then as it left it.
Result<Ran> run_once_more(const Options& options, const AllowedCells* only, Planned* planned,
                          Ran* ran) {
  ran->planning.reset();
  TRY(Ran more, run_planned(options, only, planned));
  ran->planning = std::move(more.planning);
  ran->summary.interrupted |= more.summary.interrupted;
  if (ran->run.empty()) ran->run = more.run;
  return more;
}

// Computes what is due, if all evidence has held so far.
Result<void> pay_back(const Options& options, const std::set<int64_t>& before, Planned* planned,
                      Ran* ran) {
  const Project project = planned->workspace->project;
  const Manifest manifest = planned->workspace->manifest;
  TRY(const auto now, revoked(*planned->workspace->ledger));
  if (now != before) return {};
  TRY(auto loans, loans_of(*planned->workspace->ledger, *ran->planning->planner));
  AllowedCells cells;
  for (const Loan& loan :
       due(payable(std::move(loans), *ran->planning), *ran->planning->planner, project)) {
    cells.insert({manifest.calculations[loan.calculation].id, loan.date});
  }
  if (cells.empty()) return {};
  Options again;
  again.directory = options.directory;
  again.jobs = options.jobs;
  again.exact = again.force = true;
  TRY(const Ran paid, run_once_more(again, &cells, planned, ran));
  RunSummary& summary = ran->summary;
  summary.paid_back = static_cast<size_t>(
      std::count_if(paid.summary.cells.begin(), paid.summary.cells.end(),
                    [](const RanCell& cell) { return cell.outcome == Outcome::Computed; }));
  summary.incidents.insert(summary.incidents.end(), paid.summary.incidents.begin(),
                           paid.summary.incidents.end());
  return {};
}

// Whether evidence did not hold, which is said, and is an incident.
Result<bool> tell_fallen(const std::set<int64_t>& before, bool mends, const Planned& planned,
                         Ran* ran) {
  TRY(const auto now, revoked(*planned.workspace->ledger));
  const size_t fallen = tell_revoked(
      before, now,
      std::string("a cell that stood on it came out otherwise when it was computed again. It is "
                  "revoked; what stood on it, and what depends on that, is computed again") +
          (mends ? "" : " by the next run"));
  auto& incidents = ran->summary.incidents;
  if (fallen > 0 && incidents.empty()) {  // it fails where the version before did not
    incidents.push_back("evidence of " + count_text(fallen, "comparison") +
                        " did not hold: a cell that stood on it fails");
  }
  return fallen > 0;
}

// Computes again what stood on evidence that did not hold, wherever that is, whatever the run was
// about.
Result<void> mend(const Options& options, Planned* planned, Ran* ran) {
  RunSummary& summary = ran->summary;
  Options anew;
  anew.directory = options.directory;
  anew.jobs = options.jobs;
  anew.warned = true;
  TRY(Ran mended, run_once_more(anew, nullptr, planned, ran));
  mended.summary.incidents = std::move(summary.incidents);
  mended.summary.paid_back = summary.paid_back;
  mended.summary.interrupted = summary.interrupted;
  ran->summary = std::move(mended.summary);
  ran->run = mended.run;
  return {};
}

}  // namespace

Result<Planned> compare_and_plan(const Options& options) {
  TRY(Planned planned, open_and_plan(options));
  if (!may_find_evidence(*planned.planning->planner, planned.workspace->project)) return planned;
  const Project project = planned.workspace->project;
  const Manifest manifest = planned.workspace->manifest;
  planned = {};
  std::set<std::string> all;
  for (const auto& calculation : manifest.calculations) all.insert(calculation.id);
  TRY(const auto judgements, judge_by_ledger(project, manifest, all, 0));
  for (const Judgement& judgement : judgements) {
    if (!judgement.finding && judgement.verdict != CodeVerdict::Inconclusive) continue;
    const std::string verdict(name_of(judgement.verdict));
    std::fprintf(stderr, "%s: %s%s\n", judgement.calculation.c_str(), verdict.c_str(),
                 judgement.why.empty() ? "" : (", " + judgement.why).c_str());
  }
  Options again = options;
  again.warned = true;
  return open_and_plan(again);
}

Result<Ran> carry_out(const Options& options, const AllowedCells* only, Planned* planned) {
  Ran ran;
  TRY(const auto before, revoked(*planned->workspace->ledger));
  if (is_anything_to_do(planned->cells)) {
    TRY(ran, run_planned(options, only, planned));
  } else {
    ran.summary = summary_of(*planned->planning, planned->cells);
    ran.planning = std::move(planned->planning);
  }
  if (only == nullptr && !ran.summary.interrupted) {
    TRY_VOID(pay_back(options, before, planned, &ran));
  }
  const bool mends = only == nullptr && !ran.summary.interrupted;
  TRY(const bool fallen, tell_fallen(before, mends, *planned, &ran));
  if (fallen && mends) TRY_VOID(mend(options, planned, &ran));
  ran.summary.damaged |= warn_of_root_damage(*ran.planning);
  return ran;
}

int tell(const Options& options, const Planned& planned, const Ran& ran) {
  const RunReport report{ran.run.empty() ? new_run_id() : ran.run, ran.summary,
                         &planned.workspace->manifest};
  if (options.json) {
    print_json(run_json(report, options.all));
  } else {
    print_run(report);
  }
  return exit_code(report);
}

}  // namespace almanac
