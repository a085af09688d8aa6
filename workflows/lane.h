// Lane: one calculation's way through the days of a chunk.
#pragma once

#include <deque>
#include <vector>

#include "core/plan/planner.h"
#include "core/plan/wanted.h"

namespace almanac {

// A cell that is going to be computed, or is.
struct Ready {
  size_t day = 0;
  Role role = Role::Wanted;
  CellPlan plan;
  int attempts = 0;
  int64_t duration_ms = 0;
};

struct Lane {
  size_t calculation = 0;
  size_t next = 0;       // first day that is not decided yet
  bool waiting = false;  // for the cell that is being computed
  size_t in_flight = 0;  // slices that are being computed
  bool proven = false;   // the last cell succeeded; otherwise only as many run as there are threads
  std::deque<std::vector<Ready>> queue;  // slices that are ready
};

}  // namespace almanac
