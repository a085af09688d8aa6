// Trial: computes a cell as a run would do it now, and first the cells that it needs and that are
// not up to date. What they put out lies in staging and goes with the trial; ledger, view and the
// blobs of the store stay as they are.
#pragma once

#include <memory>
#include <optional>
#include <string>
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
  // The last of the planned days is that of the cell. Data error where it, or a cell that it needs,
  // fails or has failed, or root data cannot be read; Usage error where there is nothing to compute
  // it from.
  Result<Cell> compute(size_t calculation, size_t day);
  // After a Data error: what the cell failed with, as a dead letter calls it; may be empty.
  const std::string& failure() const { return failure_; }

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
  Error not_computable(size_t calculation, size_t day, const CellPlan& plan);
  std::string name_of(size_t calculation, size_t day) const;

  Planned* planned_;
  Planner* planner_;
  std::shared_ptr<Results> results_;
  Compute compute_;
  std::vector<Before> before_;
  // The first cell, of those it needs, that has a dead letter.
  struct Root {
    size_t calculation, day;
    std::string code;
  };
  std::optional<Root> root_;
  std::string failure_;
};

}  // namespace almanac
