// Ids: every random value an engine gives out, from its seed.
#pragma once

#include <cctype>
#include <string>

#include "temporal/base/random.h"

namespace temporal::embedded {

inline bool is_uuid(const std::string& text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !std::isxdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  return true;
}

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
