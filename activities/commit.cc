#include "activities/commit.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/quality/child_end.h"
#include "runner/lack.h"

namespace almanac {

Committer::Committer(Workspace* workspace, std::shared_ptr<Results> results, Planner* planner,
                     Ledger::Lease lease)
    : workspace_(workspace),
      results_(std::move(results)),
      planner_(planner),
      lease_(std::move(lease)) {}

Ledger::Commit Committer::nothing_ran(size_t c, size_t day, const CellPlan& plan,
                                      int64_t decided_at, Act act) const {
  Ledger::Commit commit;
  commit.attempt.calculation = planner_->manifest().calculations[c].id;
  commit.attempt.date = planner_->date(day);
  commit.decided_at = decided_at;
  commit.act = act;
  commit.state = name_of(plan.verdict.state);
  commit.reason = name_of(plan.verdict.reason);
  return commit;
}

void Committer::accept(size_t c, size_t day, const CellPlan& plan, int64_t decided_at) {
  CellRecord accepted = *planner_->record(c, day);
  const std::string old_category = accepted.category;
  accepted.provenance = plan.provenance;
  accepted.category = planner_->manifest().calculations[c].category;
  planner_->settle(c, day, plan);
  planner_->set_record(c, day, accepted);
  const bool moved = accepted.category != old_category;
  Ledger::Commit commit = nothing_ran(c, day, plan, decided_at, moved ? Act::Moved : Act::Accepted);
  commit.cell = std::move(accepted);
  if (moved) return add(std::move(commit), old_category);
  commits_.push_back(std::move(commit));
}

Result<bool> Committer::reuse(size_t c, size_t day, const CellPlan& plan, int64_t decided_at) {
  planner_->settle(c, day, plan);
  const Settled settled = planner_->settled(c, day);
  for (const Blob& blob : settled.result->shards) {
    const auto sound = workspace_->store->check(blob);
    if (sound.ok()) continue;
    if (sound.error().kind != Error::Kind::Data) return sound.error();
    return false;
  }
  publish(c, day, plan, settled.computation, settled.result,
          nothing_ran(c, day, plan, decided_at, Act::Reused));
  return true;
}

std::string Committer::computed(size_t c, size_t day, const CellPlan& plan, Attempt attempt,
                                const CellOutcome& outcome) {
  const Calculation& calculation = planner_->manifest().calculations[c];
  auto result = std::make_shared<const ResultRecord>(outcome.result);
  const CellRecord* old = planner_->record(c, day);
  const bool again = old && old->key == plan.key;
  const bool differs = again && old->result->hash != result->hash;
  std::string incident;
  if (differs) {
    incident = calculation.id + " on " + attempt.date.str() + ": the same inputs gave " +
               result->hash.hex() + ", recorded is " + old->result->hash.hex();
  }
  const int64_t computation = again && !differs ? old->computation : attempt.id;
  attempt.status = AttemptStatus::Success;
  attempt.error = incident;
  results_->add_staged(outcome.files);
  planner_->settle(c, day, Settled{Settled::Now::Final, computation, result});
  Ledger::Commit commit;
  commit.attempt = std::move(attempt);
  commit.forget_trace = differs;
  if (differs) commit.contradicts = evidence_of(c, plan.key);
  commit.trace =
      Trace{plan.key, computation, result, planner_->code(c), calculation.infrastructure};
  publish(c, day, plan, computation, result, std::move(commit));
  return incident;
}

void Committer::withdraw(size_t c, size_t day, const CellPlan& plan, int64_t decided_at) {
  CellRecord withdrawn = *planner_->record(c, day);
  withdrawn.published = false;
  withdrawals_.push_back(
      {withdrawn.category, {withdrawn.calculation, withdrawn.date}, commits_.size(), false});
  commits_.push_back(nothing_ran(c, day, plan, decided_at, Act::Withdrawn));
  planner_->settle(c, day, plan);
  planner_->set_record(c, day, std::move(withdrawn));
}

void Committer::lost(Attempt attempt, std::string why) {
  attempt.status = AttemptStatus::Lost;
  attempt.error = std::move(why);
  Ledger::Commit commit;
  commit.attempt = std::move(attempt);
  commits_.push_back(std::move(commit));
}

void Committer::failed(Attempt attempt, const CellOutcome& outcome, int attempts_used, bool last) {
  attempt.status = is_end(outcome.code) ? AttemptStatus::Crash : AttemptStatus::Failure;
  attempt.counted = true;
  Ledger::Commit commit;
  if (last) {
    DeadLetter letter{attempt.calculation, attempt.date,  attempt.key,   outcome.code,
                      outcome.error,       outcome.stage, attempts_used, outcome.deterministic};
    // A cell is failed when its last attempts had its key: letters of other keys are history.
    if (const auto cell = planner_->cell_at(letter.calculation, letter.date)) {
      commit.clears_dead_letters = planner_->letter_keys(cell->first, cell->second);
      planner_->clear_letters(cell->first, cell->second);
    }
    planner_->set_letter(letter);
    commit.dead_letter = std::move(letter);
    // The other version had a result.
    const auto index = planner_->manifest().index.find(attempt.calculation);
    if (index != planner_->manifest().index.end() && !is_lack(outcome)) {
      commit.contradicts = evidence_of(index->second, attempt.key);
    }
  }
  commit.attempt = std::move(attempt);
  commits_.push_back(std::move(commit));
}

bool Committer::is_borrowed(size_t c, const Hash& key) const {
  const auto trace = workspace_->ledger->trace(key);
  return trace.ok() && *trace &&
         std::ranges::count(planner_->same_code(c), (*trace)->code_hash) == 0;
}

// By which the version that computed the key, or this one, came to share it.
std::vector<int64_t> Committer::evidence_of(size_t c, const Hash& key) const {
  if (!is_borrowed(c, key)) return {};
  std::vector<int64_t> ids = planner_->shared_on(c);
  const int64_t own = planner_->behaviour(c).evidence;  // maybe not recorded with the code so far
  if (own != 0) ids.push_back(own);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void Committer::publish(size_t c, size_t day, const CellPlan& plan, int64_t computation,
                        std::shared_ptr<const ResultRecord> result, Ledger::Commit commit) {
  const Calculation& calculation = planner_->manifest().calculations[c];
  const CellRecord* old = planner_->record(c, day);
  const std::string old_category = old ? old->category : "";
  CellRecord cell;
  cell.calculation = calculation.id;
  cell.date = planner_->date(day);
  cell.key = plan.key;
  cell.identity = planner_->identity(c);
  cell.dated = plan.dated;
  cell.provenance = plan.provenance;
  cell.computation = computation;
  cell.result = std::move(result);
  cell.category = calculation.category;
  cell.published = true;
  commit.cell = cell;
  commit.clears_dead_letters = planner_->letter_keys(c, day);
  planner_->clear_letters(c, day);
  planner_->set_record(c, day, std::move(cell));
  add(std::move(commit), old_category);
}

// A cell that is published anew. Where an earlier result of it is published is withdrawn when the
// category has changed.
void Committer::add(Ledger::Commit commit, const std::string& old_category) {
  const CellRecord& cell = *commit.cell;
  if (!old_category.empty() && old_category != cell.category) {
    withdrawals_.push_back({old_category, {cell.calculation, cell.date}, commits_.size(), true});
  }
  to_publish_.push_back({cell, commits_.size()});
  commit.cell->published = false;
  commits_.push_back(std::move(commit));
}

// Puts results into the view and marks them. The view is not fenced: where another process has
// committed a cell since, what it put out is placed in turn, until the view has what the ledger
// says; also where the lease is lost meanwhile.
Result<void> Committer::place(std::vector<CellRecord> cells) {
  constexpr int kTries = 10;
  for (int tries = 1; !cells.empty() && tries <= kTries; ++tries) {
    std::vector<Ledger::Publication> published;
    for (const CellRecord& cell : cells) {
      TRY_VOID(
          workspace_->published->publish(cell.category, cell.calculation, cell.date, *cell.result));
      published.push_back({{cell.calculation, cell.date}, cell.result->hash, cell.category});
    }
    const auto marked = workspace_->ledger->mark_published(lease_, published);
    if (!marked.ok()) {
      if (marked.error().kind == Error::Kind::LeaseLost) TRY_VOID(restore(published));
      return marked.error();
    }
    const std::vector<size_t>& others = *marked;
    std::vector<Ledger::CellName> names;
    for (const size_t index : others) names.push_back(published[index].cell);
    if (names.empty()) return {};
    TRY(cells, workspace_->ledger->cells_of(names));
  }
  if (cells.empty()) return {};
  return temporary_error("the results of " + std::to_string(cells.size()) +
                         " cells could not be published: others commit them all the time");
}

// Another run has the ledger, and may have put out its own before ours: as the ledger says.
Result<void> Committer::restore(const std::vector<Ledger::Publication>& published) {
  Published& view = *workspace_->published;
  for (const auto& [name, result, category] : published) {
    TRY(const auto cells, workspace_->ledger->cells_of({&name, 1}));
    if (cells.empty() || cells[0].category != category) {
      TRY_VOID(view.withdraw(category, name.calculation, name.date));
    }
    if (cells.empty()) continue;
    TRY_VOID(view.publish(cells[0].category, name.calculation, name.date, *cells[0].result));
  }
  return {};
}

Result<bool> Committer::flush() {
  if (commits_.empty()) return true;
  // What is said of these cells holds or is lost as a whole, also where an error ends the flush.
  const auto commits = std::exchange(commits_, {});
  const auto withdrawals = std::exchange(withdrawals_, {});
  auto to_publish = std::exchange(to_publish_, {});
  TRY_VOID(results_->keep_staged());
  // An old place goes before the ledger forgets it: a crash after this is seen as a result to be
  // published. The lease is looked at first, for the view is not fenced by itself.
  if (!withdrawals.empty()) TRY_VOID(workspace_->ledger->mark_published(lease_, {}));
  for (const Withdrawal& old : withdrawals) {
    TRY_VOID(workspace_->published->withdraw(old.category, old.cell.calculation, old.cell.date));
  }
  TRY(const auto overtaken, workspace_->ledger->commit(lease_, commits));
  const std::set<size_t> lost(overtaken.begin(), overtaken.end());
  std::vector<CellRecord> cells;
  for (ToPublish& one : to_publish) {
    if (!lost.contains(one.commit)) cells.push_back(std::move(one.cell));
  }
  TRY_VOID(place(std::move(cells)));
  std::vector<Ledger::CellName> withdrawn;
  for (const Withdrawal& old : withdrawals) {
    if (!old.place_only && !lost.contains(old.commit)) withdrawn.push_back(old.cell);
  }
  if (!withdrawn.empty()) TRY_VOID(workspace_->ledger->mark_withdrawn(lease_, withdrawn));
  const bool contradicts = std::any_of(commits.begin(), commits.end(), [](const auto& commit) {
    return !commit.contradicts.empty();
  });
  return lost.empty() && !contradicts;
}

}  // namespace almanac
