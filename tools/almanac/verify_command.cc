// almanac verify: what is stored is compared with what is recorded, and computed again where that
// can be. What was not verified is counted, with the reason: nothing that is wrong may look as if
// all were well.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "activities/compute.h"
#include "core/quality/repetition.h"
#include "runner/lack.h"
#include "tools/almanac/aside.h"
#include "tools/almanac/console.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/loans.h"
#include "tools/almanac/options.h"
#include "tools/almanac/order.h"
#include "tools/almanac/plan_report.h"
#include "tools/almanac/revocation.h"
#include "tools/almanac/root_damage.h"
#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"
#include "tools/almanac/worker_setup.h"

namespace almanac {

namespace {

using nlohmann::json;

// What is wrong with a cell; an empty text: nothing.
struct Problem {
  std::string text;
  bool differs = false;  // its code gives something else than what is recorded
};

struct Finding {
  std::string calculation;
  Date date;
  Problem problem;
};

struct Verified {
  size_t cells = 0;
  std::vector<Finding> differences;
  // Why cells were not verified, and how many: state and reason.
  std::map<std::pair<State, std::string>, size_t> others;
  bool root_damaged = false;

  void leave_out(const PlannedCell& cell) {
    const bool gone = cell.verdict.state == State::Stable && cell.archived;
    ++others[{cell.verdict.state, std::string(gone ? "archived" : name_of(cell.verdict.reason))}];
  }
};

// Every n-th, so that a sample covers calculations and dates evenly.
void thin_out(size_t sample, std::vector<const PlannedCell*>* cells) {
  if (sample == 0 || sample >= cells->size()) return;
  for (size_t i = 0; i < sample; ++i) (*cells)[i] = (*cells)[i * cells->size() / sample];
  cells->resize(sample);
}

// What is wrong with the stored bytes of a result; empty: nothing.
Result<std::string> damage_of(Store& store, const ResultRecord& result) {
  for (const Blob& blob : result.shards) {
    if (!store.has(blob)) {
      return store.path(blob) +
             " is not there, or not as long as recorded; almanac run computes it again";
    }
    // What is set aside is computed anew by the next run.
    const auto sound = store.check(blob);
    if (!sound.ok() && sound.error().kind == Error::Kind::Data) return sound.error().message;
    if (!sound.ok()) return sound.error();
  }
  return std::string();
}

// Computes a cell again and compares it with what is recorded.
Result<Problem> compute_again(Planned& planned, Compute& compute,
                              const std::shared_ptr<Results>& results, const PlannedCell& cell) {
  const Planner& planner = *planned.planning->planner;
  const Aside aside;
  const CellTask task = compute.task(planner, planned.workspace->root_data, results,
                                     cell.calculation, {cell.day}, true);
  auto outcomes = compute.run_elsewhere(task);
  check_moved(*planned.workspace->root_data, task, &outcomes);
  const CellOutcome& outcome = outcomes.front();
  for (const auto& file : outcome.files) std::filesystem::remove(file.path);
  if (outcome.code == "STORE") {
    return temporary_error("a result cannot be staged: " + outcome.error +
                           "; verify needs some space in the store");
  }
  if (outcome.code == "ENGINE" || outcome.code == "MOVED") {  // nothing was computed, or of others
    return temporary_error(outcome.error + "; try again");
  }
  if (!outcome.code.empty()) {
    return Problem{outcome.code + ": " + outcome.error, !outcome.engine_fault && !is_lack(outcome)};
  }
  const std::string different =
      difference(*planner.record(cell.calculation, cell.day)->result, outcome.result);
  if (different.empty()) return Problem();
  return Problem{"computed again it differs " + different, true};
}

Result<Verified> check_cells(const Options& options, Planned& planned) {
  const Planner& planner = *planned.planning->planner;
  Verified out;
  out.root_damaged = warn_of_root_damage(*planned.planning);
  // Recomputing stages files; the ledger and the view stay as they are.
  TRY(planned.workspace->store,
      Store::open(location_path(planned.workspace->project, planned.workspace->project.store),
                  true));
  std::vector<const PlannedCell*> chosen;
  for (const auto& cell : planned.cells) {
    if (cell.role != Role::Wanted) continue;
    if (planner.record(cell.calculation, cell.day) != nullptr) {
      chosen.push_back(&cell);
    } else {
      out.leave_out(cell);
    }
  }
  thin_out(options.sample, &chosen);
  // One calculation after the other: a child serves one.
  std::sort(chosen.begin(), chosen.end(), [](const PlannedCell* a, const PlannedCell* b) {
    return std::tie(a->calculation, a->day) < std::tie(b->calculation, b->day);
  });
  const auto results = std::make_shared<Results>(planned.workspace->store.get());
  Compute compute(planned.workspace.get(), Limits{}, child_command(), 1);
  Progress progress(chosen.size());
  for (const PlannedCell* cell : chosen) {
    const std::string& id = planned.workspace->manifest.calculations[cell->calculation].id;
    const Date date = planner.date(cell->day);
    Problem problem;
    TRY(problem.text, damage_of(*planned.workspace->store,
                                *planner.record(cell->calculation, cell->day)->result));
    // The key of a skipped cell is the recorded one.
    const bool computable = is_up_to_date(cell->verdict.state) && !cell->archived;
    if (problem.text.empty() && computable) {
      TRY(problem, compute_again(planned, compute, results, *cell));
    }
    if (problem.text.empty() && !computable) {
      out.leave_out(*cell);
    } else {
      ++out.cells;
    }
    if (!problem.text.empty()) out.differences.push_back({id, date, std::move(problem)});
    progress.step(id + " " + date.str());
  }
  return out;
}

// Of cells that differ and are loans: the evidence did not hold. What is damaged, or lacked time or
// memory, says nothing of it.
Result<void> revoke_contradicted(Planned* planned, const Verified& verified) {
  const Planner& planner = *planned->planning->planner;
  TRY(const auto loans, loans_of(*planned->workspace->ledger, planner));
  std::set<int64_t> evidence;
  for (const Finding& finding : verified.differences) {
    if (!finding.problem.differs) continue;
    for (const Loan& loan : loans) {
      const bool its = loan.date == finding.date &&
                       planner.manifest().calculations[loan.calculation].id == finding.calculation;
      if (its) evidence.insert(loan.evidence.begin(), loan.evidence.end());
    }
  }
  if (evidence.empty()) return {};
  const Project project = planned->workspace->project;
  const Manifest manifest = planned->workspace->manifest;
  *planned = {};  // a process that writes the ledger reads it through that connection alone
  return write_ledger(project, manifest, [&](Ledger& ledger, const auto& lease) -> Result<void> {
    TRY(const auto before, revoked(ledger));
    for (const int64_t id : evidence) TRY_VOID(ledger.revoke(lease, id));
    TRY(const auto now, revoked(ledger));
    tell_revoked(
        before, now,
        "a cell that stood on it comes out otherwise. It is revoked; the next run computes "
        "again what stood on it, and what depends on that");
    return {};
  });
}

void print(const Verified& verified) {
  for (const auto& f : verified.differences) {
    std::printf("%s %s: %s\n", f.calculation.c_str(), f.date.str().c_str(), f.problem.text.c_str());
  }
  const size_t differing = verified.differences.size();
  std::printf("%s verified, %zu %s\n", count_text(verified.cells, "cell").c_str(), differing,
              differing == 1 ? "differs" : "differ");
  for (const auto& [why, cells] : verified.others) {
    std::printf("%s not verified: %s, %s\n", count_text(cells, "cell").c_str(),
                std::string(word_of(why.first)).c_str(), why.second.c_str());
  }
}

json as_json(const Verified& verified) {
  json out{{"version", 1},
           {"verified", verified.cells},
           {"differences", json::array()},
           {"not_verified", json::array()}};
  for (const auto& f : verified.differences) {
    out["differences"].push_back(
        {{"calculation", f.calculation}, {"date", f.date.str()}, {"problem", f.problem.text}});
  }
  for (const auto& [why, cells] : verified.others) {
    out["not_verified"].push_back(
        {{"state", name_of(why.first)}, {"reason", why.second}, {"cells", cells}});
  }
  return out;
}

// What was found is said before anything is written, which a run may be in the way of.
Result<int> verify(const Options& options) {
  TRY(Planned planned, open_and_plan(options));
  TRY(const Verified verified, check_cells(options, planned));
  if (options.json) {
    print_json(as_json(verified));
  } else {
    print(verified);
  }
  TRY_VOID(revoke_contradicted(&planned, verified));
  if (!verified.differences.empty()) return static_cast<int>(kNotReproduced);
  return static_cast<int>(verified.root_damaged ? kFailedCells : kDone);
}

}  // namespace

int verify_command(const Options& options) {
  return finish(verify(options));
}

}  // namespace almanac
