// When a probe counts as met, by what was seen of it.
#include "simulator/behaviour/coverage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace almanac::behaviour {
namespace {

using Kind = ProbeSite::Kind;
using probes::Comparison;

constexpr uint64_t kHere = 64, kThen = 80, kElse = 96;

// Of one probe, the only one there is.
Coverage coverage(Kind kind, const std::string& file = "a.cc") {
  return {nullptr, {}, "", {{kHere, kind, "_Z1fv", file, 1}}};
}

// A comparison of these in one context, which was followed by this block.
Comparison compared(double left, double right, uint64_t follower) {
  const bool near = std::fabs(left - right) == 1;
  return {.address = kHere,
          .left = left,
          .right = right,
          .followers = {follower, 0},
          .less = left < right,
          .equal = left == right,
          .greater = left > right,
          .unordered = std::isnan(left),
          .just_less = near && left < right,
          .just_greater = near && left > right,
          .fixed_left = true,
          .fixed_right = true,
          .cases = 0,
          .chosen = 0,
          .again = 0};
}

std::string missing(const Coverage& coverage) {
  return coverage.places().front().missing;
}

void see(Coverage& coverage, double left, double right, uint64_t follower, int times = 1) {
  for (; times > 0; --times) coverage.note({{}, {}, {compared(left, right, follower)}});
}

TEST(Coverages, ABlockIsMetOnceItRan) {
  Coverage block = coverage(Kind::Block);
  EXPECT_EQ(missing(block), "code that never ran");
  EXPECT_TRUE(block.note({{}, {kHere}, {}}));
  EXPECT_FALSE(block.note({{}, {kHere}, {}}));
  EXPECT_EQ(missing(block), "");
  EXPECT_TRUE(block.complete());
}

TEST(Coverages, AComparisonIsMetWithEqualSidesAndBothOutcomes) {
  for (const Kind kind : {Kind::Real, Kind::Integer}) {
    Coverage comparison = coverage(kind);
    EXPECT_EQ(missing(comparison), "a comparison that was never made");
    see(comparison, 1, 5, kThen);
    see(comparison, 9, 5, kElse);
    EXPECT_EQ(missing(comparison), "a comparison whose sides were never equal");
    see(comparison, 5, 5, kElse);
    EXPECT_EQ(missing(comparison), "");
    Coverage one_way = coverage(kind);
    see(one_way, 5, 5, kThen);
    see(one_way, 1, 5, kThen);
    EXPECT_EQ(missing(one_way), "a comparison that always came out the same");
  }
}

// `>` and `>=` agree on what lies beside the boundary.
TEST(Coverages, OneUnitToBothSidesIsEnoughOnlyWhereASearchFoundNoEqualSides) {
  Coverage count = coverage(Kind::Integer);
  see(count, 4, 5, kThen);
  see(count, 6, 5, kElse);
  EXPECT_EQ(missing(count), "a comparison whose sides were never equal");
  count.search_ended(0);
  EXPECT_EQ(missing(count), "");
  Coverage one_side = coverage(Kind::Integer);
  one_side.search_ended(0);
  see(one_side, 4, 5, kThen);
  see(one_side, 3, 5, kElse);
  EXPECT_EQ(missing(one_side), "a comparison whose sides were never equal");
}

TEST(Coverages, RealsThatASearchOnlyStepsOverMustGoBothWays) {
  Coverage real = coverage(Kind::Real);
  see(real, 4, 5, kThen);
  real.step_over(0);
  EXPECT_NE(missing(real), "");
  see(real, 6, 5, kElse);
  EXPECT_EQ(missing(real), "");
  EXPECT_FALSE(real.is_met(0)) << "which is for the search to know";
}

TEST(Coverages, ASignNeedsManyContextsFewValuesAndBothSides) {
  const auto signs = [](int times, std::vector<double> values) {
    Coverage sign = coverage(Kind::Real);
    for (const double value : values) see(sign, value, 0, value < 0 ? kThen : kElse, times);
    return missing(sign);
  };
  EXPECT_EQ(signs(500, {-1, 1}), "");
  EXPECT_NE(signs(499, {-1, 1}), "");
  EXPECT_NE(signs(1000, {1, 2}), "");
  EXPECT_NE(signs(1000, {-1, -2}), "");
  EXPECT_EQ(signs(500, {-1, 1, 2}), "");
  EXPECT_NE(signs(500, {-1, 1, 2, 3}), "");
}

TEST(Coverages, ARoundingIsMetAtItsStepAndOnBothSidesOfIt) {
  Coverage rounding = coverage(Kind::Rounding);
  see(rounding, 3, 2.5, 0);
  see(rounding, 2.5, 2.5, 0);
  EXPECT_EQ(missing(rounding), "a rounding of what was never just between two numbers");
  see(rounding, 2, 2.5, 0);
  EXPECT_EQ(missing(rounding), "");
}

TEST(Coverages, ASwitchIsMetOnceEachCaseAndNoneWasChosen) {
  Coverage choice = coverage(Kind::Switch);
  const auto choose = [&](uint64_t chosen) {
    Comparison seen = compared(0, 0, 0);
    seen.cases = 2;
    seen.chosen = chosen;
    choice.note({{}, {}, {seen}});
    return missing(choice);
  };
  EXPECT_EQ(choose(1), "a case that was never chosen");
  EXPECT_EQ(choose(2), "a case that was never chosen");
  EXPECT_EQ(choose(4), "");
}

// Only there: some of its ways are for what is hardly ever there.
TEST(Coverages, OrderOfTheLibraryNeedNotBeAskedFor) {
  EXPECT_EQ(missing(coverage(Kind::Real, "/usr/include/c++/12/bits/predefined_ops.h")), "");
  Coverage asked = coverage(Kind::Real, "/usr/include/c++/12/bits/predefined_ops.h");
  see(asked, 1, 2, kThen);
  EXPECT_EQ(missing(asked), "a comparison whose sides were never equal");
}

// In `if (a != b) return a < b` the second sides are never equal.
TEST(Coverages, WhatIsComparedAgainNeedsNoBoundaryOfItsOwn) {
  constexpr uint64_t kAgain = 200;
  const auto seen_after = [&](uint64_t before, bool equal, int times,
                              const char* function = "_Z1fv") {
    Coverage both(
        nullptr, {}, "",
        {{kHere, Kind::Real, "_Z1fv", "a.cc", 1}, {kAgain, Kind::Real, function, "a.cc", 2}});
    if (equal) both.note({{}, {}, {compared(3, 3, kThen)}});
    for (int i = 0; i < times; ++i) {
      const double left = i % 2 == 0 ? 1 : 5;
      Comparison again = compared(left, 3, 0);
      again.address = kAgain;
      again.again = before;
      both.note({{}, {}, {compared(left, 3, kElse), again}});
    }
    return both.places().back().missing;
  };
  const std::string never_equal = "a comparison whose sides were never equal";
  EXPECT_EQ(seen_after(kHere, true, 32), "");
  EXPECT_EQ(seen_after(kHere, true, 31), never_equal) << "it may be chance";
  EXPECT_EQ(seen_after(kHere, false, 32), never_equal) << "nor were those of the first";
  EXPECT_EQ(seen_after(0, true, 32), never_equal) << "not always";
  EXPECT_EQ(seen_after(kElse, true, 32), never_equal) << "of something else";
  EXPECT_EQ(seen_after(kHere, true, 32, "_Z1gv"), never_equal) << "in some other call, maybe";
}

// As whoever looks for the end of equal ones does among sorted ones; nothing is branched on there.
TEST(Coverages, WhatComparesInOneDirectionIsToldByItsOperator) {
  const auto missing_after = [](Kind kind, const std::string& line, double left, double right) {
    Coverage comparison = coverage(kind);
    CodeBundle bundle;
    bundle.sources = {{"a.cc", line + "\n"}};
    comparison.read_operators(bundle);
    see(comparison, 3, 3, kThen);
    see(comparison, left, right, kThen);
    return missing(comparison);
  };
  const std::string alike = "a comparison that always came out the same";
  for (const char* line : {"return a[i] < a[j];", "return a[i] >= a[j];", "return a.x < b.x;",
                           "return a->x >= b->x;", "return a != b;", "return 0.5 == a;"}) {
    EXPECT_EQ(missing_after(Kind::Real, line, 1, 3), "") << line;
  }
  for (const char* line :
       {"return a.x > b.x;", "return a.x <= b.x;", "return a.x < b.x || c.x > d.x;", "f(a);",
        "return a < b;", "return 0.5 < a.x;", "return limit < a.x;", "return f(a.x) < b.x;",
        "if (n[i] >= n[j]) share = std::fmin(share, 1.0);"}) {
    EXPECT_EQ(missing_after(Kind::Real, line, 1, 3), alike) << line;
  }
  EXPECT_EQ(missing_after(Kind::Real, "return a.x > b.x;", 5, 3), "");
  EXPECT_EQ(missing_after(Kind::Integer, "return at == npos;", 1, 3), "");
  EXPECT_EQ(missing_after(Kind::Integer, "return a.at < b.at;", 1, 3), alike)
      << "it may be compared for less or equal with one less";
}

TEST(Coverages, WhetherANumberIsFiniteIsToldByAnInfiniteOne) {
  constexpr double kMost = std::numeric_limits<double>::max();
  Coverage finite = coverage(Kind::Real);
  see(finite, 1, kMost, kThen);
  EXPECT_NE(missing(finite), "");
  see(finite, std::nan(""), kMost, kElse);
  EXPECT_NE(missing(finite), "") << "as isnan would do";
  see(finite, std::numeric_limits<double>::infinity(), kMost, kElse);
  EXPECT_EQ(missing(finite), "");
}

// It is no instance of what is asked for, either.
TEST(Coverages, WhatIsOnlySearchedIsNotMissing) {
  Coverage both(nullptr, {}, "", {{kHere, Kind::Block, "_Z4eachI1AEvT_", "a.h", 1}},
                {{kThen, Kind::Block, "_Z4eachI1BEvT_", "a.h", 1}});
  EXPECT_EQ(both.places().size(), 1u);
  both.note({{}, {kThen}, {}});
  EXPECT_EQ(missing(both), "code that never ran");
  both.note({{}, {kHere}, {}});
  EXPECT_EQ(missing(both), "");
  EXPECT_TRUE(both.complete());
}

// What two instances of a template have in one place.
TEST(Coverages, OfOnePlaceOneProbeIsEnough) {
  Coverage both(nullptr, {}, "",
                {{kHere, Kind::Block, "_Z4eachI1AEvT_", "a.h", 1},
                 {kThen, Kind::Block, "_Z4eachI1BEvT_", "a.h", 1}});
  both.note({{}, {kThen}, {}});
  EXPECT_TRUE(both.complete());
  EXPECT_EQ(missing(both), "");
}

TEST(Coverages, ASideThatNeverChangesIsAConstantOnceItWasSeenTwice) {
  Coverage real = coverage(Kind::Real);
  see(real, 4, 5, kThen);
  EXPECT_TRUE(real.constants().empty());
  see(real, 6, 5, kThen);
  EXPECT_EQ(real.constants(), std::vector<double>{5});
}

}  // namespace
}  // namespace almanac::behaviour
