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
  EXPECT_EQ(did_you_mean("x", {}), "");
  EXPECT_EQ(near_or_all("x", {}), "; there are none");
}

TEST(Nearest, WhatIsFarIsNoGuess) {
  EXPECT_EQ(did_you_mean("pth", kKeys), "; did you mean \"path\"?");
  EXPECT_EQ(did_you_mean("aa", {"a"}), "; did you mean \"a\"?");
  for (const char* name : {"", "z", "zzzzzzz", "pxxx", "path_of_the_files"}) {
    EXPECT_EQ(did_you_mean(name, kKeys), "") << name;
  }
  EXPECT_EQ(near_or_all("zz", {"a", "b"}), "; there are \"a\", \"b\"");
  EXPECT_EQ(near_or_all("zz", {"a"}), "; there is \"a\"");
  const std::vector<std::string> many(30, "a");
  EXPECT_TRUE(near_or_all("zz", many).ends_with("\"a\" and 18 more"));
}

TEST(Nearest, AnEndlessNameCostsNoQuadraticSearch) {
  EXPECT_EQ(nearest(std::string(10'000'000, 'x'), kKeys), "path");
}

}  // namespace
}  // namespace almanac
