// Compute step: runs one calculation on some dates and stages what it puts out. Idempotent: it
// changes nothing but files in staging.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "activities/workspace.h"
#include "core/plan/planner.h"
#include "runner/execute.h"
#include "storage/results.h"

namespace almanac {

class Compute {
 public:
  Compute(Workspace* workspace, Limits limits);
  ~Compute();

  // The task of computing consecutive calendar days of a series, or one day of another kind. Takes
  // what it needs from the planner: call it on the thread that settles cells.
  // It reads root data by `root` and other cells by `results`.
  CellTask task(const Planner& planner, const std::shared_ptr<RootData>& root,
                const std::shared_ptr<Results>& results, size_t calculation,
                const std::vector<size_t>& days) const;

  // One outcome per date. May be called from several threads.
  std::vector<CellOutcome> run(const CellTask& task);

 private:
  Result<std::shared_ptr<Module>> module_of(const Calculation& calculation);

  Workspace* workspace_;
  Limits limits_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Module>> modules_;  // by calculation
};

// Where root data that the task reads are not as they were indexed, its outcomes count for nothing:
// they get the code "MOVED" and are engine faults.
void check_moved(const RootData& root, const CellTask& task, std::vector<CellOutcome>* outcomes);

}  // namespace almanac
