#include "core/base/nearest.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

const std::vector<std::string> kKeys = {"path",   "entity", "date_column",
                                        "canary", "first",  "static"};

TEST(Nearest, FindsTheNameThatWasMeant) {
  EXPECT_EQ(nearest("pth", kKeys), "path");
  EXPECT_EQ(nearest("date_colum", kKeys), "date_column");
  EXPECT_EQ(nearest("canray", kKeys), "canary");
  EXPECT_EQ(nearest("frist", kKeys), "first");
}

TEST(Nearest, ASwapOfNeighboursIsOneEdit) {
  EXPECT_EQ(nearest("ab", {"xb", "ba"}), "xb");  // equally far: the first
  EXPECT_EQ(nearest("abcd", {"axyd", "abdc"}), "abdc");
}

TEST(Nearest, NothingKnownGivesNothing) {
  EXPECT_EQ(nearest("x", {}), "");
}

TEST(Nearest, AnEndlessNameCostsNoQuadraticSearch) {
  EXPECT_EQ(nearest(std::string(10'000'000, 'x'), kKeys), "path");
}

}  // namespace
}  // namespace almanac
