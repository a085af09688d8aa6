#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <vector>

#include "core/quality/entity_breaker.h"

namespace almanac {
namespace {

// How many entities it takes until the breaker opens; 0 if it does not before the end.
uint64_t opens_after(EntityBreaker* breaker, uint64_t entities, uint64_t failing) {
  for (uint64_t i = 0; i < entities; ++i) {
    if (!breaker->add(i < failing)) return breaker->entities();
  }
  return 0;
}

TEST(EntityBreakerCounts, NothingIsJudgedBeforeMoreThanAHundred) {
  EntityBreaker breaker;
  EXPECT_EQ(opens_after(&breaker, 199, 199), 0u);
  EXPECT_FALSE(breaker.add(true));
  EXPECT_EQ(breaker.entities(), 200u);
}

TEST(EntityBreakerCounts, ExactlyTenPercentIsBelow) {
  EntityBreaker below, above;
  EXPECT_EQ(opens_after(&below, 200, 20), 0u);
  EXPECT_TRUE(below.finish());
  EXPECT_EQ(opens_after(&above, 200, 21), 200u);
  EXPECT_EQ(above.message(), "10.5 % of 200 entities failed (21), more than 10 %");
}

TEST(EntityBreakerCounts, TheEndIsJudgedWhateverTheCount) {
  EntityBreaker few, many, none;
  EXPECT_EQ(opens_after(&few, 5, 1), 0u);
  EXPECT_FALSE(few.finish());
  EXPECT_EQ(opens_after(&many, 250, 0), 0u);
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(many.add(true));
  EXPECT_FALSE(many.finish());
  EXPECT_TRUE(none.finish());
}

TEST(EntityBreakerCounts, OpenStaysOpen) {
  EntityBreaker breaker;
  opens_after(&breaker, 200, 200);
  for (int i = 0; i < 10000; ++i) EXPECT_FALSE(breaker.add(false));
  EXPECT_FALSE(breaker.finish());
  EXPECT_EQ(breaker.message(), "100.0 % of 200 entities failed (200), more than 10 %");
}

TEST(EntityBreakerCounts, AgreesWithTheRuleOnAnyRun) {
  EXPECT_TRUE(rc::check([](const std::vector<bool>& start) {
    std::vector<bool> failures;
    for (int i = 0; i < 7; ++i) failures.insert(failures.end(), start.begin(), start.end());
    EntityBreaker breaker;
    bool expect_open = false;
    uint64_t failed = 0;
    for (size_t i = 0; i < failures.size() && !expect_open; ++i) {
      failed += failures[i] ? 1 : 0;
      const uint64_t count = i + 1;
      expect_open = count > 100 && count % 100 == 0 && failed * 10 > count;
      RC_ASSERT(breaker.add(failures[i]) == !expect_open);
    }
    if (!expect_open) RC_ASSERT(breaker.finish() == (failed * 10 <= failures.size()));
  }));
}

}  // namespace
}  // namespace almanac
