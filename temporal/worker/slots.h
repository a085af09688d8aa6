// Slots: how much may be at work at a time.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace temporal::worker {

// Thread safe.
class Slots {
 public:
  explicit Slots(int most) : free_(most), most_(most) {}

  bool take() {
    const std::lock_guard lock(mutex_);
    if (free_ == 0) return false;
    --free_;
    return true;
  }
  // Calls `freed`, if there is one, without the lock.
  void release() {
    std::function<void()> freed;
    {
      const std::lock_guard lock(mutex_);
      ++free_;
      freed = freed_;
    }
    if (freed) freed();
  }
  void on_release(std::function<void()> freed) {
    const std::lock_guard lock(mutex_);
    freed_ = std::move(freed);
  }
  int used() const {
    const std::lock_guard lock(mutex_);
    return most_ - free_;
  }
  int free() const {
    const std::lock_guard lock(mutex_);
    return free_;
  }

 private:
  mutable std::mutex mutex_;
  int free_;
  const int most_;
  std::function<void()> freed_;
};

}  // namespace temporal::worker
