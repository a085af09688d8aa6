// WorkerPool: threads that compute tasks; finished ones come back through wait().
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "activities/compute.h"

namespace almanac {

class WorkerPool {
 public:
  struct Job {
    CellTask task;
    std::vector<size_t> days;       // calendar day of each date of the task
    std::vector<Attempt> attempts;  // one per date
    size_t calculation = 0;
  };
  struct Done {
    Job job;
    std::vector<CellOutcome> outcomes;
    int64_t duration_ms = 0;
  };

  // `compute` outlives the pool.
  WorkerPool(Compute* compute, size_t threads);
  ~WorkerPool();  // finishes what is under way, drops what is queued

  size_t threads() const { return threads_.size(); }
  size_t in_flight() const { return in_flight_; }
  void submit(Job job);
  Done wait();  // in_flight() must not be 0

 private:
  void work();

  Compute* compute_;
  std::mutex mutex_;
  std::condition_variable ready_, finished_;
  std::deque<Job> queue_;
  std::deque<Done> done_;
  size_t in_flight_ = 0;  // of the submitting thread
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace almanac
