// Pool: the children of a process, in which it computes cells. A child stays with one calculation,
// so that what it leaves in its memory harms no other, and is used until it has done many tasks,
// has grown or has failed at one; one more is started ahead.
//
// Thread rule: compute() may be called by several threads; each call has a child of its own.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "isolation/child.h"
#include "storage/column_cache.h"

namespace almanac {

class Pool {
 public:
  struct Options {
    Child::Options child;  // but for the folder in staging
    StagePath stage;       // for folders and files
    size_t idle = 4;       // children that wait for a task, at most
    // A child that has done so many tasks, or holds 256 MB or half of its memory after one, is
    // through.
    uint64_t tasks = 1000;
  };
  // The cache outlives it.
  Pool(Options options, ColumnCache* columns);
  ~Pool();

  // As execute() of runner/execute.h, in a child. An abrupt end, or an input that cannot be read,
  // is the outcome of all dates of the task. Staged files are those of `stage`.
  std::vector<CellOutcome> compute(const CellTask& task, const OnReading& on_reading);

 private:
  Result<std::unique_ptr<Child>> take(const std::string& module);
  void give_back(std::unique_ptr<Child> child);
  void nurse();
  void take_over(CellOutcome* outcome);

  const Options options_;
  ColumnCache* const columns_;
  std::mutex mutex_;  // of all below
  std::condition_variable born_, wanted_;
  std::list<std::unique_ptr<Child>> idle_;  // the most recently used first
  std::unique_ptr<Child> spare_;
  std::optional<Error> trouble_;  // of the last start
  bool used_ = false, stopping_ = false;
  std::thread nurse_;  // starts them all: they end with the thread that started them
};

}  // namespace almanac
