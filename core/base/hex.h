// Hexadecimal digits of bytes, two each, in small letters.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace almanac {

inline std::string hex_digits(std::span<const uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace almanac
