// Only what really is about memory sends a cell to the few workers that have much of it.
#include "core/quality/memory_need.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

TEST(MemoryNeed, IsSeenInWhatWasUsedAndInWhatFailed) {
  EXPECT_FALSE(is_heavy(kHeavyBytes, ""));
  EXPECT_TRUE(is_heavy(kHeavyBytes + 1, ""));
  EXPECT_TRUE(is_heavy(0, "FAILED: std::bad_alloc"));
  EXPECT_TRUE(is_heavy(0, "cannot read result: malloc of size 123 failed"));
  EXPECT_TRUE(is_heavy(0, "fork: Cannot allocate memory"));
  EXPECT_FALSE(is_heavy(0, "no trade in memory of Mr. Smith"));
}

}  // namespace
}  // namespace almanac
