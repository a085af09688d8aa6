// What is not seen coming runs out of memory where there is little.
#include "core/quality/profile.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

constexpr uint64_t kMegabyte = 1'000'000;

std::vector<Usage> usages(const std::vector<std::pair<uint64_t, uint64_t>>& rows_and_megabytes) {
  std::vector<Usage> usages;
  for (const auto& [rows, megabytes] : rows_and_megabytes) {
    usages.push_back({rows, megabytes * kMegabyte, static_cast<int64_t>(rows / 100)});
  }
  return usages;
}

uint64_t megabytes(const Profile& profile, uint64_t rows) {
  return profile.need(rows).bytes / kMegabyte;
}

TEST(Profile, ADayThatIsTenTimesAsLargeIsSeenComing) {
  const Profile profile(usages({{100'000, 300}, {100'000, 310}, {101'000, 305}}));
  EXPECT_NEAR(static_cast<double>(megabytes(profile, 100'000)), 310, 15);
  EXPECT_GT(megabytes(profile, 1'000'000), 2000u);
  EXPECT_LT(megabytes(profile, 1'000'000), 3500u);
}

TEST(Profile, WhatNeedsTheSameForAnyNumberOfRowsIsNotSentAway) {
  EXPECT_LT(megabytes(Profile(usages({{100, 30}, {120, 31}, {90, 32}})), 10'000'000), 60u);
  EXPECT_LT(megabytes(Profile(usages({{5'000, 200}, {100'000, 240}})), 1'000'000), 1500u);
}

TEST(Profile, CellsOfTheSameSizeMayDifferAndTheLargeOnesCount) {
  std::vector<std::pair<uint64_t, uint64_t>> seen(18, {1000, 100});
  seen.insert(seen.end(), {{1000, 900}, {1000, 900}});
  const uint64_t most = megabytes(Profile(usages(seen)), 1000);
  EXPECT_NEAR(static_cast<double>(most), 900, 20) << "two of twenty are more than 5 %";
  seen.assign(31, {1000, 100});
  seen.push_back({1000, 900});
  EXPECT_LT(megabytes(Profile(usages(seen)), 1000), 200u) << "one of 32 is less";
}

TEST(Profile, NoCellNeedsLessBecauseItReadsMore) {
  const Profile profile(usages({{100, 900}, {200, 500}, {300, 100}}));
  EXPECT_EQ(profile.need(1).bytes, profile.need(1'000'000'000).bytes);
  EXPECT_GE(megabytes(profile, 1), 500u);
}

TEST(Profile, TimeFollowsTheRows) {
  const Profile profile(usages({{10'000, 50}, {20'000, 60}}));
  EXPECT_NEAR(profile.need(40'000).ms, 400, 1);
  EXPECT_GE(profile.need(40'000).most_ms, profile.need(40'000).ms);
}

TEST(Profile, NothingIsSaidOfWhatWasNeverSeen) {
  EXPECT_TRUE(Profile().empty());
  EXPECT_EQ(Profile().need(1000).bytes, 0u);
  const Profile old({{0, 0, 20}, {0, 0, 30}});  // attempts of which only the time is known
  EXPECT_EQ(old.need(1000).bytes, 0u);
  EXPECT_DOUBLE_EQ(old.need(1000).ms, 25);
}

}  // namespace
}  // namespace almanac
