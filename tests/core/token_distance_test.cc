#include "core/code/token_distance.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

std::optional<size_t> distance(std::string_view one, std::string_view other) {
  return token_distance(tokenise(one), tokenise(other));
}

TEST(TokenDistance, CountsWhatGoesAndWhatComes) {
  EXPECT_EQ(distance("a < b", "a  <  b  // as it was"), 0u);
  EXPECT_EQ(distance("a < b", "a <= b"), 2u);
  EXPECT_EQ(distance("x = a < b;", "x = b > a;"), 4u);
  EXPECT_EQ(distance("", "a b c"), 3u);
  EXPECT_EQ(distance("f(a); g(b);", "g(b); f(a);"), 8u);
  EXPECT_EQ(distance("one a two b", "one b two"), distance("one b two", "one a two b"));
}

TEST(TokenDistance, IsNotTakenOfWhatDiffersInTooMuch) {
  std::string one, other;
  for (int i = 0; i < 3000; ++i) one += "a ", other += "b ";
  EXPECT_EQ(distance(one, other), std::nullopt);
  EXPECT_EQ(distance(one + "x", one + "y"), 2u);
}

}  // namespace
}  // namespace almanac
