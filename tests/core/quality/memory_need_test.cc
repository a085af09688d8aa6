// Only what really is about memory sends a cell to the few workers that have much of it.
#include "core/quality/memory_need.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

constexpr uint64_t kStandard = 2'000'000'000;

TEST(MemoryNeed, IsSeenInWhatWasUsedAndInWhatFailed) {
  EXPECT_FALSE(is_heavy(1'500'000'000, "", kStandard));
  EXPECT_TRUE(is_heavy(1'500'000'001, "", kStandard));
  EXPECT_TRUE(is_heavy(0, "FAILED: std::bad_alloc", kStandard));
  EXPECT_TRUE(is_heavy(0, "cannot read result: malloc of size 123 failed", kStandard));
  EXPECT_TRUE(is_heavy(0, "fork: Cannot allocate memory", kStandard));
  EXPECT_FALSE(is_heavy(0, "no trade in memory of Mr. Smith", kStandard));
}

}  // namespace
}  // namespace almanac
