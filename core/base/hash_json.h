// Hashes in JSON: their hex digits.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "core/base/hash.h"

namespace almanac {

// Throws std::invalid_argument, or what nlohmann/json throws for a value that is no text.
inline Hash hash_from(const nlohmann::json& text) {
  Hash hash;
  if (!Hash::from_hex(text.get<std::string>(), &hash)) {
    throw std::invalid_argument("not a hash: " + text.dump());
  }
  return hash;
}

}  // namespace almanac
