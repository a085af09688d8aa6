// Strand: tasks that run one after the other, in the order they were posted, on an executor that
// may have many threads.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "temporal/base/executor.h"

namespace temporal {

// Shared; what has been posted runs even if nobody holds the strand any more. Thread safe.
class Strand : public std::enable_shared_from_this<Strand> {
 public:
  explicit Strand(Executor& executor) : executor_(executor) {}

  void post(Executor::Task task) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(task));
      if (std::exchange(scheduled_, true)) return;
    }
    executor_.post([self = shared_from_this()] { self->run(); });
  }

 private:
  void run() {
    while (true) {
      Executor::Task task;
      {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) {
          scheduled_ = false;
          return;
        }
        task = std::move(waiting_.front());
        waiting_.pop_front();
      }
      task();
    }
  }

  Executor& executor_;
  std::mutex mutex_;
  std::deque<Executor::Task> waiting_;
  bool scheduled_ = false;
};

}  // namespace temporal
