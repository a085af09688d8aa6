// Preimage: the framed bytes of one hash in a buffer that is reused. Same framing as Hasher,
// without its state; the planner hashes several hundred thousand short preimages per plan.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/hash.h"

namespace almanac {

class Preimage {
 public:
  Preimage& start(std::string_view recipe) {
    bytes_.clear();
    return add(recipe);
  }
  Preimage& add(uint64_t value) {
    const size_t at = bytes_.size();
    bytes_.resize(at + 8);
    for (size_t i = 0; i < 8; ++i) bytes_[at + i] = static_cast<uint8_t>(value >> (56 - 8 * i));
    return *this;
  }
  Preimage& add(const Hash& hash) { return add(hash.high).add(hash.low); }
  Preimage& add(std::string_view text) {
    add(static_cast<uint64_t>(text.size()));
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }
  Hash digest() const { return hash_bytes(bytes_.data(), bytes_.size()); }

 private:
  std::vector<uint8_t> bytes_;
};

}  // namespace almanac
