#include "activities/worker_pool.h"

#include <chrono>

#include "core/base/check.h"

namespace almanac {

WorkerPool::WorkerPool(Compute* compute, size_t threads) : compute_(compute) {
  for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  ready_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void WorkerPool::submit(Job job) {
  ++in_flight_;
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(job));
  }
  ready_.notify_one();
}

WorkerPool::Done WorkerPool::wait() {
  CHECK(in_flight_ > 0, "somebody waits for a job that was never submitted");
  --in_flight_;
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [this] { return !done_.empty(); });
  Done done = std::move(done_.front());
  done_.pop_front();
  return done;
}

void WorkerPool::work() {
  for (;;) {
    Done done;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      done.job = std::move(queue_.front());
      queue_.pop_front();
    }
    const auto start = std::chrono::steady_clock::now();
    done.outcomes = compute_->run(done.job.task);
    done.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::chrono::steady_clock::now() - start)
                           .count();
    {
      std::lock_guard lock(mutex_);
      done_.push_back(std::move(done));
    }
    finished_.notify_one();
  }
}

}  // namespace almanac
