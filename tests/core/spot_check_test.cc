// Which cells are computed to see whether evidence holds.
#include "core/plan/spot_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace almanac {
namespace {

using Places = std::vector<size_t>;

size_t size_of(size_t cells) {
  return spot_checks(std::vector<uint64_t>(cells, 1)).size();
}

TEST(SpotChecks, AShadowLooksAtTwoPercentWithinBounds) {
  EXPECT_EQ(size_of(0), 0u);
  EXPECT_EQ(size_of(1), 1u);
  EXPECT_EQ(size_of(7), 7u);
  EXPECT_EQ(size_of(8), 8u);
  EXPECT_EQ(size_of(400), 8u);
  EXPECT_EQ(size_of(500), 10u);
  EXPECT_EQ(size_of(150'000), 3000u);
  EXPECT_EQ(size_of(1'000'000), 3000u);
}

TEST(SpotChecks, AShadowLooksAtTheOldestTheNewestAndTheLargest) {
  std::vector<uint64_t> rows(400, 1);
  rows[123] = 5;
  rows[321] = 7;
  rows[222] = 3;
  const Places chosen = spot_checks(rows);
  EXPECT_TRUE(std::ranges::is_sorted(chosen));
  for (const size_t cell : {0u, 123u, 321u, 399u}) {
    EXPECT_EQ(std::ranges::count(chosen, cell), 1) << cell;
  }
  EXPECT_EQ(std::ranges::count(chosen, 222u), 0) << "two of eight are the largest";
}

// A difference that began or ended somewhere is not between two looks for long.
TEST(SpotChecks, AShadowLooksAtAllTimes) {
  const Places chosen = spot_checks(std::vector<uint64_t>(5000, 1));
  ASSERT_EQ(chosen.size(), 100u);
  std::set<size_t> parts;
  for (const size_t cell : chosen) parts.insert(cell / 500);
  EXPECT_GE(parts.size(), 7u);
}

TEST(SpotChecks, ARunPaysBackSixteenOrFivePercent) {
  EXPECT_EQ(due_share(1), 16u);
  EXPECT_EQ(due_share(339), 16u);
  EXPECT_EQ(due_share(340), 17u);
  EXPECT_EQ(due_share(40'000), 2000u);
}

}  // namespace
}  // namespace almanac
