// OpenAttempts: the attempts of a slice that have begun and not ended. While an attempt is open, no
// other slice of this process takes its cell in hand.
//
// Thread rule: with the mutex of SliceRunner, but for read().
#pragma once

#include <map>
#include <string>
#include <vector>

#include "activities/slice_run.h"

namespace almanac {

// A cell that is going to be computed, or is.
struct Cell {
  size_t day;
  CellPlan plan;
};

class OpenAttempts {
 public:
  // All outlive it. `calculation`: of the slice.
  OpenAttempts(SliceRunner& runner, const SliceOrder& order, size_t calculation);

  // What is open still is lost without a word; other slices may take its cell in hand.
  ~OpenAttempts();
  OpenAttempts(const OpenAttempts&) = delete;
  OpenAttempts& operator=(const OpenAttempts&) = delete;

  // Records them. Those from the first on that another process has committed meanwhile have not
  // begun: they are taken out of `cells` and returned as days.
  Result<std::vector<size_t>> begin(std::vector<Cell>* cells);
  // Ends it, with what is known of it.
  Attempt close(size_t day);
  Attempt close(const Cell& cell, const CellOutcome& outcome, int64_t ms);
  // One that is not going to be made, or all. That a cell has none is fine.
  void give_up(size_t day, const std::string& why);
  void give_up_all(const std::string& why);
  // While the cells compute. That a reading is not recorded hurts nobody.
  void read(const std::vector<Cell>& cells, Reading reading);

  Ledger::Lease lease() const;

 private:
  Attempt attempt_of(const Cell& cell) const;

  SliceRunner& runner_;
  RunState& state_;
  const SliceOrder& order_;
  const size_t c_;
  std::map<size_t, Attempt> open_;  // by day
};

}  // namespace almanac
