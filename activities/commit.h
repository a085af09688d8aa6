// Commit step: makes results count, in the order that loses nothing: bytes durable in the store,
// then one ledger transaction fenced by the lease, then the published view, then the mark that it
// is published. A crash in between leaves at most a cell that the next run publishes again.
//
// Entries are collected and written together; what is added is durable when flush() returns.
// Thread rule: one thread.
#pragma once

#include <vector>

#include "activities/workspace.h"
#include "storage/results.h"

namespace almanac {

class Committer {
 public:
  Committer(Workspace* workspace, Results* results, Ledger::Lease lease);

  // A new state of a cell whose result must be (re)published. `old_category` is where an earlier
  // result of the cell is published; it is withdrawn when the category has changed.
  void publish(Ledger::Commit commit, const std::string& old_category);
  // Anything that leaves the view as it is: new provenance, a failed attempt, a dead letter.
  void record(Ledger::Commit commit);

  bool empty() const { return commits_.empty(); }
  size_t size() const { return commits_.size(); }
  Result<void> flush();

 private:
  struct Withdrawal {
    std::string category, calculation;
    Date date;
  };

  Workspace* workspace_;
  Results* results_;
  Ledger::Lease lease_;
  std::vector<Ledger::Commit> commits_;
  std::vector<CellRecord> to_publish_;
  std::vector<Withdrawal> withdrawals_;
};

}  // namespace almanac
