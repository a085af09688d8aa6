#include "temporal/base/thread_executor.h"

#include "temporal/base/check.h"

namespace temporal {

ThreadExecutor::ThreadExecutor(int most_threads) : most_threads_(most_threads) {
  TEMPORAL_CHECK(most_threads > 0, "an executor has at least one thread");
}

ThreadExecutor::~ThreadExecutor() {
  decltype(timers_) dropped;  // destroyed without the lock: what they hold may use the executor
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(timers_);
    due_.clear();
  }
  dropped.clear();
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

TimePoint ThreadExecutor::now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

void ThreadExecutor::add_thread_if_needed() {
  const auto waiting = static_cast<int>(ready_.size()) + (timers_.empty() ? 0 : 1);
  if (idle_ < waiting && static_cast<int>(threads_.size()) < most_threads_ && !stopping_) {
    threads_.emplace_back([this] { work(); });
  }
}

void ThreadExecutor::post(Task task) {
  const std::lock_guard lock(mutex_);
  ready_.push_back(std::move(task));
  add_thread_if_needed();
  wake_.notify_one();
}

Executor::TimerId ThreadExecutor::after(Duration delay, Task task) {
  const std::lock_guard lock(mutex_);
  const TimerId id = ++last_;
  if (stopping_) return id;
  const Steady due = later(std::chrono::steady_clock::now(), std::max(delay, Duration::zero()));
  const auto at = timers_.emplace(std::pair(due, id), std::move(task)).first;
  due_.emplace(id, due);
  add_thread_if_needed();
  // Whoever waits for the timer that was the first has to wait for this one.
  if (at == timers_.begin()) wake_.notify_all();
  return id;
}

void ThreadExecutor::cancel(TimerId timer) {
  Task dropped;  // destroyed without the lock
  const std::lock_guard lock(mutex_);
  const auto found = due_.find(timer);
  if (found == due_.end()) return;
  const auto entry = timers_.find({found->second, timer});
  dropped = std::move(entry->second);
  timers_.erase(entry);
  due_.erase(found);
}

void ThreadExecutor::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto now = std::chrono::steady_clock::now();
    while (!timers_.empty() && timers_.begin()->first.first <= now) {
      due_.erase(timers_.begin()->first.second);
      ready_.push_back(std::move(timers_.begin()->second));
      timers_.erase(timers_.begin());
    }
    // This thread takes one; the others that are due may not wait for it.
    if (ready_.size() > 1) add_thread_if_needed();
    if (!ready_.empty()) {
      Task task = std::move(ready_.front());
      ready_.pop_front();
      // Others take the rest, and keep the time while this one is at work.
      if (!ready_.empty() || (!timers_.empty() && !watching_ && idle_ > 0)) wake_.notify_one();
      lock.unlock();
      task();
      task = nullptr;
      lock.lock();
      continue;
    }
    if (stopping_) return;
    ++idle_;
    // One idle thread keeps the time, so that a timer wakes one and not all.
    if (!timers_.empty() && !watching_) {
      watching_ = true;
      const Steady due = timers_.begin()->first.first;  // the timer may go while this waits
      wake_.wait_until(lock, due);
      watching_ = false;
    } else {
      wake_.wait(lock);
    }
    --idle_;
    // The keeper of the time may have taken work: another has to keep it.
    if (!ready_.empty() && !timers_.empty() && !watching_ && idle_ > 0) wake_.notify_one();
  }
}

}  // namespace temporal
