// Random numbers and ids from a seed. Frozen: runs that are open depend on every bit of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace temporal {

// FNV-1a, 64 bits.
inline std::uint64_t frozen_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

// SplitMix64.
inline std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// A version 4 uuid (RFC 4122) of these bits.
std::string uuid_of(std::uint64_t high, std::uint64_t low);

}  // namespace temporal
