// VirtualExecutor: an Executor without threads, on a clock that moves only when it is told to.
// Not thread safe: everything happens on the thread that steps it.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>
#include <utility>

#include "temporal/base/executor.h"

namespace temporal {

class VirtualExecutor final : public Executor {
 public:
  explicit VirtualExecutor(TimePoint start) : now_(start) {}

  TimePoint now() const override { return now_; }
  void post(Task task) override;
  TimerId after(Duration delay, Task task) override;
  void cancel(TimerId timer) override;

  // Runs one task that is ready; false if there is none. Does not move the clock.
  bool step();
  // Runs what is ready, and what that makes ready, until nothing is.
  void drain();
  // Drains, moves the clock to the next timer, and so on until `for_` has passed.
  void advance(Duration for_);
  // Moves the clock to the next timer and makes its task ready; false if there is no timer until
  // `no_later`.
  bool jump(TimePoint no_later = TimePoint::max());

 private:
  using Key = std::pair<TimePoint, TimerId>;  // ids grow: equal times keep their order
  TimePoint now_;
  TimerId last_ = 0;
  std::deque<Task> ready_;
  std::map<Key, Task> timers_;
  std::unordered_map<TimerId, TimePoint> due_;
};

}  // namespace temporal
