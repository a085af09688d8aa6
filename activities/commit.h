// Commit step: makes what became of cells count, in the order that loses nothing: bytes durable in
// the store, then one ledger transaction fenced by the lease, then the published view, then the
// mark that it is published. A crash in between leaves at most a cell that the next run publishes
// again.
//
// What a function says of a cell is known to the planner at once and durable when flush() returns;
// many cells share the cost of a flush. A commit that is overtaken (another process was faster, or
// has taken the cell over) counts for nothing; what the planner was told of it is then wrong.
// Thread rule: one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "activities/workspace.h"
#include "core/plan/planner.h"
#include "runner/execute.h"
#include "storage/results.h"

namespace almanac {

class Committer {
 public:
  // Workspace and planner outlive the committer.
  Committer(Workspace* workspace, std::shared_ptr<Results> results, Planner* planner,
            Ledger::Lease lease);

  // `decided_at` below: the sequence of the ledger's journal that the decision stands on.
  // A cell that is up to date but for its provenance or its category (skipped, or moved).
  void accept(size_t calculation, size_t day, const CellPlan& plan, int64_t decided_at);
  // A cell whose result is at hand (a hit). False when its bytes turn out to be damaged: they are
  // set aside, and the cell is not up to date.
  Result<bool> reuse(size_t calculation, size_t day, const CellPlan& plan, int64_t decided_at);
  // A cell that was computed. Returns what is wrong where the same inputs gave another result
  // before, otherwise nothing.
  std::string computed(size_t calculation, size_t day, const CellPlan& plan, Attempt attempt,
                       const CellOutcome& outcome);
  // A cell that has become impossible: its older result leaves the view, and comes back with its
  // data.
  void withdraw(size_t calculation, size_t day, const CellPlan& plan, int64_t decided_at);
  // An attempt that engine or storage ended; it costs nothing.
  void lost(Attempt attempt, std::string why);
  // An attempt that failed. `last`: there will be no other one, the cell gets a dead letter.
  void failed(Attempt attempt, const CellOutcome& outcome, int attempts_used, bool last);

  // Whether the result of a key was computed by another version of the code, which stands in for
  // this one on evidence; where nobody knows, it was not.
  bool is_borrowed(size_t calculation, const Hash& key) const;

  size_t size() const { return commits_.size(); }
  // False when something was overtaken, or contradicts evidence: others stand on that.
  Result<bool> flush();

 private:
  struct Withdrawal {
    std::string category;
    Ledger::CellName cell;
    size_t commit;    // that it belongs to
    bool place_only;  // the cell is published elsewhere
  };
  struct ToPublish {
    CellRecord cell;
    size_t commit;
  };

  Ledger::Commit nothing_ran(size_t calculation, size_t day, const CellPlan& plan,
                             int64_t decided_at, Act act) const;
  void publish(size_t calculation, size_t day, const CellPlan& plan, int64_t computation,
               std::shared_ptr<const ResultRecord> result, Ledger::Commit commit);
  std::vector<int64_t> evidence_of(size_t calculation, const Hash& key) const;
  void add(Ledger::Commit commit, const std::string& old_category);
  Result<void> restore(const std::vector<Ledger::Publication>& published);
  Result<void> place(std::vector<CellRecord> cells);

  Workspace* workspace_;
  std::shared_ptr<Results> results_;
  Planner* planner_;
  Ledger::Lease lease_;
  std::vector<Ledger::Commit> commits_;
  std::vector<ToPublish> to_publish_;
  std::vector<Withdrawal> withdrawals_;
};

}  // namespace almanac
