// Tables of exceptions as g++ writes them, and what is none.
#include "core/code/landing_pads.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

using namespace std::string_view_literals;

TEST(LandingPadsTest, PadsAreToldWithWhatTheyDo) {
  // No start, types at 0x19, ULEB128; three calls of four bytes each.
  const auto pads = landing_pads(
      "\xff\x9b\x19\x01\x0c\x10\x05\x80\x01\x00\x20\x05\x00\x00\x30\x05\x60\x01"sv.substr(0, 18));
  ASSERT_TRUE(pads);
  ASSERT_EQ(pads->size(), 2u);
  EXPECT_EQ((*pads)[0].offset, 0x80u);
  EXPECT_FALSE((*pads)[0].catches);
  EXPECT_EQ((*pads)[1].offset, 0x60u);
  EXPECT_TRUE((*pads)[1].catches);
}

TEST(LandingPadsTest, WhatIsWrittenOtherwiseIsNotGuessed) {
  EXPECT_FALSE(landing_pads(""));
  EXPECT_FALSE(landing_pads("\x00\xff\x01\x00"sv));      // pads relative to another place
  EXPECT_FALSE(landing_pads("\xff\xff\x03\x00"sv));      // of four bytes each
  EXPECT_FALSE(landing_pads("\xff\xff\x01\x08\x10"sv));  // ends too early
}

}  // namespace
}  // namespace almanac
