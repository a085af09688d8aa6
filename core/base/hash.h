// Hash: the 128-bit identity of values, keys and code inside Almanac (XXH3-128, the algorithm is
// fixed by its specification). It protects against accidents, not against an attacker; the bytes of
// results are named by SHA-256 (storage/store.h).
//
// A Hasher frames every field (strings and blobs by their length), so that two different lists of
// fields never hash the same bytes. Preimages are listed in ARCHITECTURE.md and frozen by golden
// vectors in tests/core/.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace almanac {

struct Hash {
  uint64_t high = 0, low = 0;

  static constexpr size_t kBytes = 16;

  bool zero() const { return high == 0 && low == 0; }
  auto operator<=>(const Hash&) const = default;

  std::string hex() const;  // 32 lower-case digits, high first
  static bool from_hex(std::string_view text, Hash* hash);

  // Big-endian, the form in files and in the ledger.
  std::array<uint8_t, kBytes> bytes() const;
  static Hash from_bytes(const void* data);
};

// Streaming hash of framed fields. Not thread-safe; cheap to move.
class Hasher {
 public:
  Hasher();
  explicit Hasher(std::string_view recipe);  // names the preimage, with its version: "key/1"
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  Hasher& add(uint64_t value);
  Hasher& add(const Hash& hash);
  Hasher& add(std::string_view text);  // length, then bytes

  // Bytes without a frame, for one long stream of values whose count is added elsewhere.
  Hasher& raw(const void* data, size_t size);

  Hash digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One-shot hash of bytes that are already framed.
Hash hash_bytes(const void* data, size_t size);

}  // namespace almanac

template <>
struct std::hash<almanac::Hash> {
  size_t operator()(const almanac::Hash& hash) const noexcept { return hash.low; }
};
