// The breaker counts failures in a row in date order, whatever the order in which days end.
#include "core/quality/calculation_breaker.h"

#include <gtest/gtest.h>

#include <map>

namespace almanac {
namespace {

TEST(CalculationBreaker, CountsARowInDateOrder) {
  std::map<size_t, bool> failed;
  auto in_row = [&](size_t day) {
    return CalculationBreaker::in_row(day, 0, 10, [&](size_t d) {
      const auto found = failed.find(d);
      return found == failed.end() ? std::nullopt : std::optional<bool>(found->second);
    });
  };
  for (const size_t day : {4, 1, 3, 0}) failed[day] = true;
  EXPECT_EQ(in_row(4), 4);  // day 2 was not tried
  failed[2] = false;
  EXPECT_EQ(in_row(4), 2);
  EXPECT_EQ(in_row(0), 2);
  failed[2] = true;
  EXPECT_EQ(in_row(2), CalculationBreaker::kThreshold);
  failed[5] = true;  // counted no further than it matters
  EXPECT_EQ(in_row(2), CalculationBreaker::kThreshold);
}

}  // namespace
}  // namespace almanac
