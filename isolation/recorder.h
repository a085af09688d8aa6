// Recorder: notes every now and then what this process uses in its Vitals, on a thread of its
// own, and ends the process when its parent is gone. Trouble with either never hurts the
// calculation.
#pragma once

#include <thread>

namespace almanac {

class Recorder {
 public:
  static constexpr int kEveryMs = 2000;

  // `channel`: hangs up when the parent ends. Lives as long as the process.
  explicit Recorder(int channel);

  static void note();

 private:
  std::thread thread_;
};

}  // namespace almanac
