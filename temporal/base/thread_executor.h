// ThreadExecutor: an Executor with threads and the machine's clocks.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "temporal/base/executor.h"

namespace temporal {

// Threads are made when work waits and none is idle, up to `most_threads`; they stay. The
// destructor drops timers, runs what was posted, and waits for it. Thread safe.
class ThreadExecutor final : public Executor {
 public:
  explicit ThreadExecutor(int most_threads);
  ~ThreadExecutor() override;

  TimePoint now() const override;
  void post(Task task) override;
  TimerId after(Duration delay, Task task) override;
  void cancel(TimerId timer) override;

 private:
  using Steady = std::chrono::steady_clock::time_point;
  void work();
  void add_thread_if_needed();

  const int most_threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> ready_;
  std::map<std::pair<Steady, TimerId>, Task> timers_;
  std::unordered_map<TimerId, Steady> due_;
  TimerId last_ = 0;
  int idle_ = 0;
  bool watching_ = false;  // a thread waits for the first timer
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace temporal
