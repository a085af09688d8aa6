// Executor: where the library gets time and threads from. One that has threads and the machine's
// clocks runs in production (thread_executor.h); one that is stepped, on virtual time, is the world
// of tests and of the simulator (virtual_executor.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace temporal {

using Duration = std::chrono::nanoseconds;
// Wall-clock time, since 1970 in UTC.
using TimePoint = std::chrono::sys_time<Duration>;

// The time so much later, or the last that a clock can say: "no limit" may be Duration::max().
template <class Clock>
constexpr std::chrono::time_point<Clock, Duration> later(
    std::chrono::time_point<Clock, Duration> from, Duration delay) {
  using Time = std::chrono::time_point<Clock, Duration>;
  const bool beyond = delay > Duration::zero() && from > Time::max() - delay;
  return beyond ? Time::max() : from + delay;
}

class Executor {
 public:
  using Task = std::function<void()>;
  using TimerId = std::uint64_t;  // never 0

  virtual ~Executor() = default;

  virtual TimePoint now() const = 0;
  // Runs the task soon, never inside post(). Thread safe. Tasks of a stepped executor run in the
  // order they were posted.
  virtual void post(Task task) = 0;
  // Runs the task once, no earlier than `delay` from now by a clock that does not jump; timers that
  // are due at the same moment run in the order they were set.
  virtual TimerId after(Duration delay, Task task) = 0;
  // The task will not start any more, if it has not started yet. Unknown ids are ignored.
  virtual void cancel(TimerId timer) = 0;
};

}  // namespace temporal
