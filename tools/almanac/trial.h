// Trial: computes a cell as a run would do it now, and first the cells that it needs and that are
// not up to date. What they put out lies in staging and goes with the trial; ledger, view and the
// blobs of the store stay as they are.
#pragma once

#include <memory>
#include <vector>

#include "activities/compute.h"
#include "tools/almanac/session.h"

namespace almanac {

class Trial {
 public:
  // `planned` outlives the trial; its store is opened for staging.
  static Result<std::unique_ptr<Trial>> open(Planned* planned);

  struct Cell {
    CellPlan plan;  // the decision, once all that it reads is known
    ResultRecord result;
  };
  // The last of the planned days is that of the cell. Usage error where it cannot be computed
  // because of what it reads, Data error where it, or a cell before it, fails.
  Result<Cell> compute(size_t calculation, size_t day);

  // Cells that were computed for the sake of another, in order.
  struct Before {
    size_t calculation, day;
  };
  const std::vector<Before>& before() const { return before_; }
  // Reads what is stored and what was computed.
  Results& results() { return *results_; }

 private:
  explicit Trial(Planned* planned);
  Result<ResultRecord> run(size_t calculation, size_t day);
  std::string name_of(size_t calculation, size_t day) const;

  Planned* planned_;
  Planner* planner_;
  std::shared_ptr<Results> results_;
  Compute compute_;
  std::vector<Before> before_;
};

}  // namespace almanac
