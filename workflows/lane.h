// Lane: one calculation's way through the days of a chunk, and its breaker.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "core/plan/planner.h"
#include "core/plan/wanted.h"

namespace almanac {

// A cell that is going to be computed.
struct Ready {
  size_t day = 0;
  Role role = Role::Wanted;
  CellPlan plan;
};

struct Lane {
  size_t calculation = 0;
  size_t next = 0;         // first day that is not decided yet
  bool waiting = false;    // for the cell that is being computed
  std::deque<std::vector<Ready>> queue;  // slices that are ready
};

// Opens after kThreshold failed cells in a row in date order, among the cells that ran.
class CalculationBreaker {
 public:
  static constexpr int kThreshold = 5;

  // Returns true when this failure opens it.
  bool add(size_t day, bool failed) {
    failed_[day] = failed;
    int in_row = 0;
    longest_ = 0;
    for (const auto& [d, f] : failed_) {
      in_row = f ? in_row + 1 : 0;
      longest_ = std::max(longest_, in_row);
    }
    return failed && longest_ >= kThreshold;
  }
  int longest() const { return longest_; }

 private:
  std::map<size_t, bool> failed_;
  int longest_ = 0;
};

}  // namespace almanac
