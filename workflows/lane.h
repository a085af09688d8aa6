// Lane: one calculation's way through the days of a chunk, and its breaker.
#pragma once

#include <deque>
#include <iterator>
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
  size_t next = 0;       // first day that is not decided yet
  bool waiting = false;  // for the cell that is being computed
  size_t in_flight = 0;  // slices that are being computed
  bool proven = false;   // the last cell succeeded; otherwise only as many run as there are threads
  std::deque<std::vector<Ready>> queue;  // slices that are ready
};

// Opens after kThreshold failed cells in a row in date order, among the cells that ran.
class CalculationBreaker {
 public:
  static constexpr int kThreshold = 5;

  // Returns true when this failure opens it.
  bool add(size_t day, bool failed) {
    const auto at = failed_.insert_or_assign(day, failed).first;
    if (!failed) return false;
    in_row_ = 1;
    for (auto before = at; before != failed_.begin() && (--before)->second;) ++in_row_;
    for (auto after = std::next(at); after != failed_.end() && after->second; ++after) ++in_row_;
    return in_row_ >= kThreshold;
  }
  int in_row() const { return in_row_; }  // around the last failure

 private:
  std::map<size_t, bool> failed_;
  int in_row_ = 0;
};

}  // namespace almanac
