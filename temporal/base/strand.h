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
    std::shared_ptr<Queue> fresh;
    {
      const std::lock_guard lock(mutex_);
      std::shared_ptr<Queue> queue = queue_.lock();
      if (!queue || queue->done) queue_ = queue = fresh = std::make_shared<Queue>();
      queue->tasks.push_back(std::move(task));
    }
    if (fresh) executor_.post([self = shared_from_this(), fresh] { self->run(*fresh); });
  }

 private:
  // What waits belongs to the executor's task: tasks may hold what holds the strand, and an
  // executor that ends without running them must let go of all of it.
  struct Queue {
    std::deque<Executor::Task> tasks;
    bool done = false;  // found empty: nobody looks again
  };

  void run(Queue& queue) {
    while (true) {
      Executor::Task task;
      {
        const std::lock_guard lock(mutex_);
        if (queue.tasks.empty()) {
          queue.done = true;
          return;
        }
        task = std::move(queue.tasks.front());
        queue.tasks.pop_front();
      }
      task();
    }
  }

  Executor& executor_;
  std::mutex mutex_;
  std::weak_ptr<Queue> queue_;
};

}  // namespace temporal
