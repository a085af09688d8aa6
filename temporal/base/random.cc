#include "temporal/base/random.h"

namespace temporal {

std::string uuid_of(std::uint64_t high, std::uint64_t low) {
  const std::uint64_t bits[] = {(high & ~0xf000ULL) | 0x4000ULL,
                                (low & ~(3ULL << 62)) | (2ULL << 62)};
  std::string text;
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text += '-';
    text += "0123456789abcdef"[(bits[nibble / 16] >> (60 - 4 * (nibble % 16))) & 15];
  }
  return text;
}

}  // namespace temporal
