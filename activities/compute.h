// Compute step: runs one calculation on some dates, in a child process, and stages what it puts
// out. Idempotent: it changes nothing but files in staging.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "activities/workspace.h"
#include "core/plan/planner.h"
#include "runner/execute.h"
#include "storage/column_cache.h"
#include "storage/results.h"

namespace almanac {

class Pool;

class Compute {
 public:
  // `command` becomes a child process in which calculations run (isolation/serve.h).
  // `idle`: children that may wait for work.
  Compute(Workspace* workspace, Limits limits, std::vector<std::string> command, size_t idle);
  ~Compute();

  // The task of computing consecutive calendar days of a series, or one day of another kind. Takes
  // what it needs from the planner: call it on the thread that settles cells.
  // It reads root data by `root` and other cells by `results`.
  CellTask task(const Planner& planner, const std::shared_ptr<RootData>& root,
                const std::shared_ptr<Results>& results, size_t calculation,
                const std::vector<size_t>& days, bool high_mem) const;

  // One outcome per date. May be called from several threads.
  std::vector<CellOutcome> run(const CellTask& task, const OnReading& on_reading = {});
  // The same in a child where everything is otherwise that must not matter: what new memory holds,
  // where things lie, language, time zone, processors, how many entities are taken at a time.
  std::vector<CellOutcome> run_elsewhere(CellTask task);

 private:
  static std::vector<CellOutcome> run_in(Pool& pool, const CellTask& task,
                                         const OnReading& on_reading);

  Workspace* workspace_;
  Limits limits_;
  ColumnCache columns_;
  std::unique_ptr<Pool> standard_, high_mem_, elsewhere_;
};

// Where root data that the task reads are not as they were indexed, its outcomes count for nothing:
// they get the code "MOVED" and are engine faults.
void check_moved(const RootData& root, const CellTask& task, std::vector<CellOutcome>* outcomes);

}  // namespace almanac
