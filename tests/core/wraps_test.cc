// Where whole numbers begin again.
#include "core/code/wraps.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

using Wraps = std::multiset<std::string>;

Wraps wraps_of(std::string_view source) {
  Wraps wraps;
  add_wraps(source, &wraps);
  return wraps;
}

TEST(Wraps, TypesOfFewBitsAreSeen) {
  EXPECT_EQ(wraps_of("uint16_t last; unsigned char n; short a, b; static_cast<int8_t>(x);"),
            (Wraps{"uint16_t last", "unsigned char", "short a", "int8_t >"}));
  EXPECT_EQ(wraps_of("int n; int64_t m; uint32_t o; char letter; unsigned p;"), Wraps{});
}

TEST(Wraps, RemaindersOfConstantsAreSeen) {
  EXPECT_EQ(wraps_of("a % 1000; b % kMany; c & 0xffff; d %= 2; std::fmod(x, 1);"),
            (Wraps{"% 1000", "% kMany", "& 0xffff", "%= 2", "fmod ("}));
}

TEST(Wraps, WhatDataVaryIsNone) {
  EXPECT_EQ(wraps_of("points[(i + 1) % hull.size()]; const Lot& lot; a && 1;"), Wraps{});
}

TEST(Wraps, WhatAnEnumerationIsKeptInIsNone) {
  EXPECT_EQ(wraps_of("enum class Side : uint8_t { Left, Right };"), Wraps{});
}

TEST(Wraps, EachIsCounted) {
  EXPECT_EQ(wraps_of("uint8_t n = 0; uint8_t n = 1; // uint8_t n").size(), 2u);
}

}  // namespace
}  // namespace almanac
