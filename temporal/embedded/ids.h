// Ids: every random value an engine gives out, from its seed.
#pragma once

#include <string>

#include "temporal/base/random.h"

namespace temporal::embedded {

class Ids {
 public:
  explicit Ids(std::uint64_t seed) : state_(seed) {}
  std::string next() {
    const std::uint64_t high = next_random(state_);
    return uuid_of(high, next_random(state_));
  }

 private:
  std::uint64_t state_;
};

}  // namespace temporal::embedded
