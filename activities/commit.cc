#include "activities/commit.h"

#include <utility>

namespace almanac {

Committer::Committer(Workspace* workspace, Results* results, Planner* planner, Ledger::Lease lease)
    : workspace_(workspace), results_(results), planner_(planner), lease_(std::move(lease)) {}

void Committer::accept(size_t c, size_t day, const CellPlan& plan) {
  CellRecord accepted = *planner_->record(c, day);
  const std::string old_category = accepted.category;
  accepted.provenance = plan.provenance;
  accepted.category = planner_->manifest().calculations[c].category;
  planner_->settle(c, day, plan);
  planner_->set_record(c, day, accepted);
  Ledger::Commit commit;
  commit.cell = std::move(accepted);
  if (commit.cell->category != old_category) return add(std::move(commit), old_category);
  commits_.push_back(std::move(commit));
}

Result<bool> Committer::reuse(size_t c, size_t day, const CellPlan& plan) {
  planner_->settle(c, day, plan);
  const Settled settled = planner_->settled(c, day);
  for (const Blob& blob : settled.result->shards) {
    const auto sound = workspace_->store->check(blob);
    if (sound.ok()) continue;
    if (sound.error().kind != Error::Kind::Data) return sound.error();
    return false;
  }
  publish(c, day, plan, settled.computation, settled.result, {});
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
  results_->add_staged(outcome.files);
  planner_->settle(c, day, Settled{Settled::Now::Final, computation, result});
  Ledger::Commit commit;
  commit.attempt = std::move(attempt);
  commit.forget_trace = differs;
  if (!differs) {
    commit.trace =
        Trace{plan.key, computation, result, calculation.code_hash, calculation.infrastructure};
  }
  publish(c, day, plan, computation, result, std::move(commit));
  return incident;
}

void Committer::withdraw(size_t c, size_t day) {
  CellRecord withdrawn = *planner_->record(c, day);
  withdrawn.published = false;
  withdrawals_.push_back({withdrawn.category, withdrawn.calculation, withdrawn.date});
  unpublished_.push_back({withdrawn.calculation, withdrawn.date});
  planner_->set_record(c, day, std::move(withdrawn));
}

void Committer::lost(Attempt attempt) {
  attempt.status = AttemptStatus::Lost;
  Ledger::Commit commit;
  commit.attempt = std::move(attempt);
  commits_.push_back(std::move(commit));
}

void Committer::failed(Attempt attempt, const CellOutcome& outcome, int attempts_used, bool last) {
  attempt.status = AttemptStatus::Failure;
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
  }
  commit.attempt = std::move(attempt);
  commits_.push_back(std::move(commit));
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
    withdrawals_.push_back({old_category, cell.calculation, cell.date});
  }
  to_publish_.push_back(cell);
  commit.cell->published = false;
  commits_.push_back(std::move(commit));
}

Result<void> Committer::flush() {
  if (commits_.empty() && withdrawals_.empty()) return {};
  TRY_VOID(results_->keep_staged());
  // An old place goes before the ledger forgets it: a crash after this is seen as a result to be
  // published. The lease is looked at first, for the view is not fenced by itself.
  if (!withdrawals_.empty()) TRY_VOID(workspace_->ledger->mark_published(lease_, {}));
  for (const Withdrawal& old : withdrawals_) {
    TRY_VOID(workspace_->published->withdraw(old.category, old.calculation, old.date));
  }
  TRY_VOID(workspace_->ledger->commit(lease_, commits_));
  std::vector<Ledger::CellName> published;
  for (const CellRecord& cell : to_publish_) {
    TRY_VOID(
        workspace_->published->publish(cell.category, cell.calculation, cell.date, *cell.result));
    published.push_back({cell.calculation, cell.date});
  }
  if (!published.empty()) TRY_VOID(workspace_->ledger->mark_published(lease_, published));
  if (!unpublished_.empty()) {
    TRY_VOID(workspace_->ledger->mark_published(lease_, unpublished_, false));
  }
  commits_.clear();
  unpublished_.clear();
  to_publish_.clear();
  withdrawals_.clear();
  return {};
}

}  // namespace almanac
