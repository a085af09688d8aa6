// The breaker counts failures in a row in date order, whatever the order in which days end.
#include "core/quality/calculation_breaker.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

TEST(CalculationBreaker, CountsARowInDateOrder) {
  CalculationBreaker breaker;
  for (const size_t day : {4, 1, 3, 0}) breaker.add(day, true);
  EXPECT_EQ(breaker.in_row(4), 4);  // day 2 was not tried
  breaker.add(2, false);
  EXPECT_EQ(breaker.in_row(4), 2);
  EXPECT_EQ(breaker.in_row(0), 2);
  EXPECT_EQ(breaker.in_row(2), 0);
  EXPECT_EQ(breaker.in_row(9), 0);
  breaker.add(2, true);
  EXPECT_EQ(breaker.in_row(2), CalculationBreaker::kThreshold);
}

}  // namespace
}  // namespace almanac
