// Heart: beats every now and then on a thread of its own, as long as it lives.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace almanac {

class Heart {
 public:
  Heart(std::chrono::milliseconds every, std::function<void()> beat)
      : thread_([this, every, beat = std::move(beat)] {
          std::unique_lock lock(mutex_);
          while (!stop_.wait_for(lock, every, [this] { return stopped_; })) {
            lock.unlock();
            beat();
            lock.lock();
          }
        }) {}
  // Waits for a beat that is under way.
  ~Heart() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    stop_.notify_all();
    thread_.join();
  }
  Heart(const Heart&) = delete;
  Heart& operator=(const Heart&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace almanac
