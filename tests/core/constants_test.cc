#include "core/code/constants.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

TEST(ConstantsTest, NumbersAndTextsOfASourceAreFound) {
  Constants constants;
  add_constants(R"(#include "layers/a.h"
    // 99 in a comment
    const double a = 1'000.5e1, b = 0x10, c = 010, d = 0b11, e = -2.5f, z = 0;
    throw std::runtime_error("too \"much\""); char f = 'x'; auto g = 250ULL;)",
                &constants);
  EXPECT_EQ(constants.numbers, (std::vector<double>{0, 2.5, 3, 8, 16, 250, 10005}));
  EXPECT_EQ(constants.texts, (std::vector<std::string>{"too \\\"much\\\"", "x"}));
}

TEST(ConstantsTest, EachIsThereOnceHoweverManySourcesHaveIt) {
  Constants constants;
  add_constants("int a = 5, b = 7;", &constants);
  add_constants("int a = 5; auto c = \"t\";", &constants);
  EXPECT_EQ(constants.numbers, (std::vector<double>{5, 7}));
  EXPECT_EQ(constants.texts, std::vector<std::string>{"t"});
}

}  // namespace
}  // namespace almanac
