// Recorder: notes every now and then what this process uses in its Vitals, on a thread of its
// own, and ends the process when its parent is gone. While a task is under way it looks often at
// the memory, so that a peak is seen. Trouble with either never hurts the
// calculation.
#pragma once

#include <thread>

namespace almanac {

class Recorder {
 public:
  static constexpr int kEveryMs = 2000;  // the page is read; it is written twice as often
  static constexpr int kLookMs = 10;

  // `channel`: hangs up when the parent ends. Lives as long as the process.
  explicit Recorder(int channel);

  static void note();
  static void begin_task();
  static void end_task();

 private:
  std::thread thread_;
};

}  // namespace almanac
