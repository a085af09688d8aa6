// Watchdog: tells when workflow code runs for too long without waiting.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "temporal/base/executor.h"

namespace temporal::worker {

// Looks at what is at work a few times per limit, and only while something is. Thread safe.
class Watchdog : public std::enable_shared_from_this<Watchdog> {
 public:
  Watchdog(Executor& executor, Duration limit) : executor_(executor), limit_(limit) {}

  // `stuck` is called once, on another thread, if end() is not called in time.
  std::uint64_t begin(std::function<void()> stuck) {
    if (limit_ <= Duration::zero()) return 0;
    const std::lock_guard lock(mutex_);
    const std::uint64_t id = ++last_;
    at_work_[id] = {executor_.now(), std::move(stuck)};
    if (!std::exchange(looking_, true)) look_later();
    return id;
  }
  void end(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    at_work_.erase(id);
  }

 private:
  struct Work {
    TimePoint begun;
    std::function<void()> stuck;
  };
  void look_later() {
    executor_.after(limit_ / 4, [self = shared_from_this()] { self->look(); });
  }
  void look() {
    std::vector<std::function<void()>> stuck;
    {
      const std::lock_guard lock(mutex_);
      for (auto& [id, work] : at_work_) {
        if (work.stuck && executor_.now() - work.begun >= limit_) {
          stuck.push_back(std::exchange(work.stuck, nullptr));
        }
      }
      looking_ = !at_work_.empty();
      if (looking_) look_later();
    }
    for (const auto& tell : stuck) tell();
  }

  Executor& executor_;
  const Duration limit_;
  std::mutex mutex_;
  std::uint64_t last_ = 0;
  bool looking_ = false;
  std::map<std::uint64_t, Work> at_work_;
};

}  // namespace temporal::worker
