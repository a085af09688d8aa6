#include "activities/run_outcome.h"

#include <map>
#include <nlohmann/json.hpp>

#include "activities/allowed_cells.h"
#include "activities/run_state.h"

namespace almanac {

namespace {

// What the run did to one cell.
struct Doings {
  std::string state, reason;  // the decision before it
  std::optional<Outcome> outcome;
  int attempts = 0;
  int64_t duration_ms = 0;
  std::string lost;    // why an attempt came to nothing
  std::string failed;  // what the last attempt failed with, where none succeeded
  std::string statistics;
  bool died = false;  // with its process
};

using ByCell = std::map<Ledger::CellName, Doings>;

Doings& doings(ByCell& cells, const std::string& calculation, Date date, const std::string& state,
               const std::string& reason) {
  Doings& cell = cells[{calculation, date}];
  if (cell.state.empty()) {
    cell.state = state;
    cell.reason = reason;
  }
  return cell;
}

class RunOutcome {
 public:
  RunOutcome(Workspace& workspace, const Order& order, bool cancelled)
      : workspace_(workspace), order_(order), cancelled_(cancelled) {}

  Result<Ran> go(bool moved) {
    TRY_VOID(read());
    Ran ran{order_.run, {}, nullptr};
    TRY(ran.planning, plan_order(workspace_, order_));
    Planning& planning = *ran.planning;
    planning.planner->force({});
    if (!order_.allowed.empty()) {
      TRY(allowed_, read_allowed_cells(*workspace_.store, order_.allowed));
    }
    for (size_t day = 0; day < planning.planner->days() && day <= planning.wanted->to(); ++day) {
      for (size_t c = 0; c < workspace_.manifest.calculations.size(); ++c) {
        const CellPlan plan = planning.planner->evaluate(c, day);
        settle_without_run(*planning.planner, c, day, plan);
        const Role role = planning.wanted->role(c, day);
        if (role == Role::None) continue;
        summary_.cells.push_back(cell_of(*planning.planner, c, day, role, plan));
      }
    }
    summary_.nondeterministic = nondeterministic(planning);
    summary_.interrupted = cancelled_;
    summary_.again = summary_.damaged = moved;
    ran.summary = std::move(summary_);
    return ran;
  }

 private:
  Result<void> read() {
    TRY(const auto attempts, workspace_.ledger->attempts_of_run(order_.run));
    for (const Attempt& attempt : attempts) {
      Doings& cell =
          doings(cells_, attempt.calculation, attempt.date, attempt.state, attempt.reason);
      cell.lost.clear();  // the last one tells
      if (attempt.status == AttemptStatus::Lost && attempt.stage.empty()) {
        cell.died |= attempt.error.empty();
        continue;  // nothing was computed
      }
      ++cell.attempts;
      ++summary_.attempts;
      cell.duration_ms += attempt.duration_ms;
      if (attempt.status == AttemptStatus::Lost) cell.lost = attempt.error;
      if (attempt.status == AttemptStatus::Failure || attempt.status == AttemptStatus::Crash) {
        cell.failed = attempt.error;
      }
      if (attempt.status != AttemptStatus::Success) continue;
      cell.outcome = Outcome::Computed;
      cell.statistics = attempt.statistics;
      if (!attempt.error.empty()) summary_.incidents.push_back(attempt.error);
    }
    TRY(const auto deeds, workspace_.ledger->deeds_of(order_.run));
    for (const Deed& deed : deeds) {
      if (deed.act != Act::Reused && deed.act != Act::Accepted && deed.act != Act::Moved) continue;
      Doings& cell = doings(cells_, deed.calculation, deed.date, deed.state, deed.reason);
      if (cell.outcome || deed.act == Act::Moved) continue;
      cell.outcome = deed.act == Act::Reused ? Outcome::Reused : Outcome::Skipped;
    }
    return {};
  }

  RanCell cell_of(const Planner& planner, size_t c, size_t day, Role role,
                  const CellPlan& plan) const {
    RanCell cell;
    cell.calculation = c;
    cell.date = planner.date(day);
    cell.role = role;
    cell.verdict = plan.verdict;
    cell.outcome = outcome_of(plan.verdict.state);
    cell.detail = plan.detail;
    cell.code = plan.letter_code;
    if (const auto& result = planner.settled(c, day).result) cell.result = result->hash;
    const auto found = cells_.find({workspace_.manifest.calculations[c].id, cell.date});
    static const Doings kNothing;
    const Doings& done = found == cells_.end() ? kNothing : found->second;
    if (const auto state = state_named(done.state)) cell.verdict.state = *state;
    if (const auto reason = reason_named(done.reason)) cell.verdict.reason = *reason;
    cell.attempts = done.attempts;
    cell.duration_ms = done.duration_ms;
    if (is_change(plan.verdict)) {
      not_done(done, &cell);
    } else if (order_.force && cell.outcome == Outcome::Stable && !done.outcome &&
               !done.failed.empty()) {
      cell.outcome = Outcome::Failed;  // forced; the result of before stays
      cell.detail = cell.code + ": " + done.failed;
    } else if (cell.outcome == Outcome::Stable && done.outcome) {
      cell.outcome = *done.outcome;
      cell.detail.clear();
      note_failed_entities(done.statistics, &cell);
    }
    return cell;
  }

  // A cell that should have been brought up to date, and was not.
  void not_done(const Doings& done, RanCell* cell) const {
    const std::string& id = workspace_.manifest.calculations[cell->calculation].id;
    cell->outcome = Outcome::Blocked;
    if (!order_.allowed.empty() && !allowed_.contains({id, cell->date})) {
      cell->detail = "it is not in the plan that is run";
    } else if (!done.lost.empty()) {
      cell->detail = done.lost;
    } else if (done.died) {
      cell->detail = "its process ended while it was computed; run again";
    } else if (cancelled_) {
      cell->outcome = Outcome::Cancelled;
      cell->detail.clear();
    } else {
      cell->detail = "what it reads changed under the run; run again";
    }
  }

  static void note_failed_entities(const std::string& statistics, RanCell* cell) {
    const auto json = nlohmann::json::parse(statistics, nullptr, false);
    if (!json.is_object()) return;
    cell->failed_entities = json.value("failed", uint64_t{0});
    const auto samples = json.find("failed_entities");
    if (samples != json.end() && !samples->empty()) cell->failure = samples->front();
  }

  Workspace& workspace_;
  const Order& order_;
  const bool cancelled_;
  AllowedCells allowed_;
  ByCell cells_;
  RunSummary summary_;
};

}  // namespace

Result<Ran> outcome_of(Workspace& workspace, const Order& order, bool cancelled, bool moved) {
  return RunOutcome(workspace, order, cancelled).go(moved);
}

}  // namespace almanac
