#include "core/code/number_lists.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace almanac {
namespace {

template <class Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

TEST(NumberLists, AreOfNumbersAlone) {
  const std::string source =
      "a[] = {1, -2.5, true,}; b = {n, 2}; c = {3 - 1, 4}; d = {5}; f({6, 7}, clamp(x, 0, 1), 8);";
  const auto lists = number_lists(source);
  ASSERT_EQ(lists.size(), 2u);
  EXPECT_EQ(lists[0].numbers, (std::vector<double>{1, -2.5, 1}));
  EXPECT_EQ(lists[1].numbers, (std::vector<double>{6, 7}));
  ASSERT_EQ(lists[0].changes.size(), 3u);
  EXPECT_TRUE(mutated(source, lists[0].changes[0]).starts_with("a[] = {(1 + 1), -2.5, true,};"));
  EXPECT_TRUE(mutated(source, lists[0].changes[1]).starts_with("a[] = {1, -(2.5 * 1.001), true"));
  EXPECT_TRUE(mutated(source, lists[0].changes[2]).starts_with("a[] = {1, -2.5, false,};"));
}

TEST(NumberLists, AreWhatAnObjectHolds) {
  EXPECT_TRUE(is_written_as(bytes_of<double>({1, -2.5, 40}), {1, -2.5, 40}));
  EXPECT_TRUE(is_written_as(bytes_of<float>({0.1F, 2}), {0.1, 2}));
  EXPECT_TRUE(is_written_as(bytes_of<int64_t>({40, -1, 7}), {40, -1, 7}));
  EXPECT_TRUE(is_written_as(bytes_of<int32_t>({31, 28, 31}), {31, 28, 31}));
  EXPECT_TRUE(is_written_as(bytes_of<uint8_t>({200, 1, 0, 3}), {200, 1, 0, 3}));
  EXPECT_TRUE(is_written_as(bytes_of<int32_t>({31, 28}), {31, 28, 0})) << "the end is not known";
}

TEST(NumberLists, AnotherOrderLengthOrNumberIsSeen) {
  EXPECT_FALSE(is_written_as(bytes_of<double>({1, 2}), {2, 1}));
  EXPECT_FALSE(is_written_as(bytes_of<double>({1, 2}), {1, 2, 3}));
  EXPECT_FALSE(is_written_as(bytes_of<int32_t>({1, 2, 0, 0}), {1, 2})) << "nobody wrote the zeros";
  EXPECT_FALSE(is_written_as(bytes_of<double>({1, -2}), {1, 2}));
}

}  // namespace
}  // namespace almanac
