// Random: what a schedule takes from its seed. The same seed gives the same numbers everywhere.
#pragma once

#include <cstdint>

#include "temporal/base/random.h"

namespace almanac::simulator {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() { return temporal::next_random(state_); }
  // Less than `end`, which is not 0.
  uint64_t below(uint64_t end) { return next() % end; }
  // From `first` to `last`.
  int64_t between(int64_t first, int64_t last) {
    return first + static_cast<int64_t>(below(static_cast<uint64_t>(last - first) + 1));
  }
  bool one_in(uint64_t times) { return below(times) == 0; }

 private:
  uint64_t state_;
};

}  // namespace almanac::simulator
