// RunState: what one process knows of a sweep, with which it decides cells: the plan, brought
// forward by what all processes have committed since. The ledger is the truth; a state that turns
// out to be wrong is thrown away and made anew from there.
//
// Thread rule: one thread at a time.
#pragma once

#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "activities/commit.h"
#include "activities/contracts.h"
#include "activities/plan.h"
#include "activities/workspace.h"

namespace almanac {

// The plan of what an order asks for.
Result<std::unique_ptr<Planning>> plan_order(Workspace& workspace, const Order& order);

class RunState {
 public:
  // Indexes the root data and reads the ledger. `sweep.index` is empty when the sweep begins.
  // Keeps the workspace, which outlives it.
  static Result<std::unique_ptr<RunState>> open(Workspace* workspace, const Sweep& sweep);

  const Sweep& sweep() const { return sweep_; }
  // Of a sweep that begins: which interrupted cells are tried in it.
  void set_level(int level) { sweep_.level = level; }
  // Where nothing is handed out, a plan need not be cut off.
  void see_all_slices() { sweep_.order.sizes.slices = std::numeric_limits<uint64_t>::max(); }
  // Whether the root data are those that the sweep began with, and all that was committed here
  // counts.
  bool valid() const { return valid_; }
  void invalidate() { valid_ = false; }

  const std::shared_ptr<RootData>& root_data() const { return root_data_; }
  const std::shared_ptr<Results>& results() const { return results_; }
  Planning& planning() { return *planning_; }
  Planner& planner() { return *planning_->planner; }
  const Wanted& wanted() const { return *planning_->wanted; }
  Committer& committer() { return *committer_; }
  size_t end() const;  // of the days that the run is about

  // Up to which line of the journal this holds.
  int64_t sequence() const { return sequence_; }
  Result<void> refresh();
  // Settles what the cells of a pass in a chunk may read: all earlier passes up to this chunk, and
  // the pass itself in earlier chunks. The workflow begins a pass when all that is through.
  Result<void> settle_before(const PassOrder& order);
  Result<void> read_heavy();
  // What the cells of each calculation have used so far.
  Result<void> read_profiles();
  // A pass is planned while none of its slices is under way: attempts at its cells that are Running
  // since an earlier round were interrupted.
  Result<void> lose_attempts(const PassOrder& order);
  // How often that happened to the cells; other processes note it, too.
  Result<void> read_interruptions();

  // The run has done what it was to do about the cell: it is not forced again.
  void note_done(size_t calculation, size_t day) {
    if (sweep_.order.force) forced_done_.insert({calculation, day});
  }

  // Whether the run may change the cell at all.
  bool allowed(size_t calculation, size_t day) const;
  // How often an abrupt end interrupted the cell; `kNever` where this run has lost it too often.
  static constexpr int kNever = 1 << 20;
  int interruptions(size_t calculation, size_t day) const;
  // Whether the cell goes to workers that have more memory: its last attempt needed, or lacked,
  // much of it, or cells of its calculation that read as much did.
  bool high_mem(size_t calculation, size_t day) const;
  // What the cell is predicted to need, if something is known of its calculation.
  Need need(size_t calculation, size_t day) const;
  // That a cell of the slice may need: as predicted, but not more than its child is given.
  uint64_t most_bytes(size_t calculation, const Slice& slice) const;
  // Of a child for standard cells, or for the others.
  uint64_t memory_bytes(bool high_mem) const;
  // Whether the open breaker of the calculation may be probed by this run.
  bool may_probe(size_t calculation) const { return may_probe_[calculation]; }

 private:
  RunState(Workspace* workspace, Sweep sweep) : workspace_(workspace), sweep_(std::move(sweep)) {}
  Result<void> read_allowed();
  void read_breakers(const std::vector<BreakerRecord>& breakers);
  // Notes which forced cells the run is through with, from its deeds after that line.
  Result<void> note_forced(int64_t after);
  void settle(size_t first, size_t end, uint32_t pass);

  using Cell = std::pair<size_t, size_t>;  // calculation, day

  Workspace* const workspace_;
  Sweep sweep_;
  std::shared_ptr<RootData> root_data_;
  std::shared_ptr<Results> results_;
  std::unique_ptr<Planning> planning_;
  std::unique_ptr<Committer> committer_;
  int64_t sequence_ = 0;
  bool valid_ = true;
  std::set<std::pair<size_t, uint32_t>> settled_;  // chunks and their passes
  std::set<Cell> forced_done_;                     // need not be forced again
  std::set<std::pair<std::string, Date>> allowed_;
  std::map<Cell, int> interruptions_;
  std::set<Cell> high_mem_;
  std::vector<Profile> profiles_;  // per calculation
  std::vector<char> may_probe_;
};

}  // namespace almanac
