// A calculation that gives another result each time is found out.
#include "core/quality/repetition.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

Hash key(int n) {
  return Hasher("key").add(static_cast<uint64_t>(n)).digest();
}

TEST(Repetition, TheShareIsWhatWasAskedFor) {
  int none = 0, some = 0, all = 0;
  for (int n = 0; n < 10'000; ++n) {
    none += is_repeated(key(n), 0);
    some += is_repeated(key(n), 2);
    all += is_repeated(key(n), 100);
  }
  EXPECT_EQ(none, 0);
  EXPECT_EQ(all, 10'000);
  EXPECT_NEAR(some, 200, 60);
}

TEST(Repetition, SaysWhichColumnsDiffer) {
  ResultRecord one;
  one.names = std::make_shared<const std::vector<std::string>>(
      std::vector<std::string>{"user", "weight", "value"});
  one.columns = {key(1), key(2), key(3)};
  one.rows = 5;
  one.hash = key(4);
  EXPECT_EQ(difference(one, one), "");
  ResultRecord other = one;
  other.hash = key(5);
  EXPECT_EQ(difference(one, other), "in its failed entities");
  other.columns[1] = key(6);
  EXPECT_EQ(difference(one, other), "in weight");
  other.columns[2] = key(7);
  EXPECT_EQ(difference(one, other), "in weight, value");
  other.rows = 4;
  EXPECT_EQ(difference(one, other), "in its rows");
}

}  // namespace
}  // namespace almanac
