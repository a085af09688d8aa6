// Lookout: what a person is told while the end of a run on a service is waited for: that the
// service does not answer, that no worker serves the run, and, on a terminal, how far it is. It
// looks about once a second, on a thread of its own.
#pragma once

#include <atomic>
#include <string>

#include "serving/heart.h"
#include "tools/almanac/console.h"
#include "tools/almanac/steering.h"

namespace almanac {

class Lookout {
 public:
  explicit Lookout(const Steering& run);

  // For how long the service has not answered; 0: it does.
  int64_t silent_ms() const;

 private:
  void look();
  bool reached();
  void say_what_changed(const std::string& problem);

  const Steering run_;
  Progress progress_{0};
  std::atomic<int64_t> silent_since_ = 0;
  std::string problem_, said_;  // as of the last look; as of what was said last
  int64_t problem_since_;
  Heart heart_;  // the last: it stops before the rest goes
};

}  // namespace almanac
