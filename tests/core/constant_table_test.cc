#include "core/code/constant_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace almanac {
namespace {

template <class Number>
ConstantTable table(const std::vector<Number>& numbers) {
  return {
      std::string(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)),
      Hash{}};
}

TEST(ConstantTable, ConsistsOfNumbersInWhateverTypeTheyAreKept) {
  const std::set<double> numbers = {0, 1, 2.5, 40};
  EXPECT_TRUE(consists_of(table<double>({1, -2.5, 40}), numbers));
  EXPECT_TRUE(consists_of(table<int64_t>({40, -1, 0}), numbers));
  EXPECT_TRUE(consists_of(table<int32_t>({40, 1, -40, 0}), numbers));
  EXPECT_TRUE(consists_of(table<float>({2.5F, 40, 1, 0}), numbers));
  EXPECT_TRUE(consists_of(table<int16_t>({1, 40, 0, -40}), numbers));
  EXPECT_TRUE(consists_of(table<int8_t>({1, 0, 0, 1, 1, 1, 0, 1}), numbers));
  ConstantTable cut = table<int64_t>({40, 1});
  cut.bytes.resize(9);  // zeros at the end may be missing
  EXPECT_TRUE(consists_of(cut, numbers));
}

TEST(ConstantTable, AnotherNumberIsSeen) {
  EXPECT_FALSE(consists_of(table<double>({1, std::nextafter(2.5, 3)}), {1, 2.5}));
  EXPECT_FALSE(consists_of(table<double>({1, 0}), {1, 2.5})) << "0 is a number, too";
  EXPECT_FALSE(consists_of(table<double>({1, std::nan("")}), {1}));
  EXPECT_FALSE(consists_of(table<int32_t>({1, 2, 2, 1}), {1}));
  ConstantTable of_texts = table<int64_t>({1, 1});
  of_texts.refers_to = hash_bytes("text", 4);
  EXPECT_FALSE(consists_of(of_texts, {1}));
}

}  // namespace
}  // namespace almanac
