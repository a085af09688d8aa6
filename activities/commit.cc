#include "activities/commit.h"

namespace almanac {

Committer::Committer(Workspace* workspace, Results* results, Ledger::Lease lease)
    : workspace_(workspace), results_(results), lease_(std::move(lease)) {}

void Committer::publish(Ledger::Commit commit, const std::string& old_category) {
  const CellRecord& cell = *commit.cell;
  if (!old_category.empty() && old_category != cell.category) {
    withdrawals_.push_back({old_category, cell.calculation, cell.date});
  }
  to_publish_.push_back(cell);
  commit.cell->published = false;
  commits_.push_back(std::move(commit));
}

void Committer::record(Ledger::Commit commit) {
  commits_.push_back(std::move(commit));
}

Result<void> Committer::flush() {
  if (commits_.empty()) return {};
  auto place = [this](const CellRecord& cell) {
    return workspace_->published->publish(cell.category, cell.calculation, cell.date, *cell.result);
  };
  TRY_VOID(results_->keep_staged());
  // An old place goes before the ledger forgets it: a crash after this is seen as a result to be
  // published. The lease is looked at first, for the view is not fenced by itself.
  if (!withdrawals_.empty()) TRY_VOID(workspace_->ledger->mark_published(lease_, {}));
  for (const auto& old : withdrawals_) {
    TRY_VOID(workspace_->published->withdraw(old.category, old.calculation, old.date));
  }
  TRY_VOID(workspace_->ledger->commit(lease_, commits_));
  std::vector<Ledger::CellName> published;
  for (const auto& cell : to_publish_) {
    TRY_VOID(place(cell));
    published.push_back({cell.calculation, cell.date});
  }
  if (!published.empty()) TRY_VOID(workspace_->ledger->mark_published(lease_, published));
  commits_.clear();
  to_publish_.clear();
  withdrawals_.clear();
  return {};
}

}  // namespace almanac
