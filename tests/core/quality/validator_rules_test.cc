#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/quality/validator.h"

namespace almanac {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string verdict(const Calculation::Output& output, const std::vector<double>& values,
                    const std::vector<uint8_t>& valid = {}) {
  Validator validator({output});
  validator.add(0, values, valid);
  return validator.verdict();
}

std::string verdict_ints(const Calculation::Output& output, const std::vector<int64_t>& values) {
  Validator validator({output});
  validator.add(0, values, {});
  return validator.verdict();
}

std::vector<double> ramp(size_t size) {
  std::vector<double> values(size);
  for (size_t i = 0; i < size; ++i) values[i] = static_cast<double>(i);
  return values;
}

TEST(ValidatorKeys, NaNAndInfinityInAKeyAreFound) {
  const Calculation::Output key{.name = "level", .type = Type::Float64, .key = true};
  EXPECT_EQ(verdict(key, {1, 2}), "");
  EXPECT_EQ(verdict(key, {1, kNaN, -kInfinity}), "column 'level': 2 of 3 keys are NaN or infinite");
}

TEST(ValidatorFlatline, NeedsAThousandEqualValues) {
  const Calculation::Output output{.name = "x", .type = Type::Float64};
  EXPECT_EQ(verdict(output, std::vector<double>(999, 3)), "");
  EXPECT_EQ(verdict(output, std::vector<double>(1000, 3)),
            "column 'x': all 1000 values are 3 (flatline); declare it constant() if that can be "
            "right");
  std::vector<double> values(1000, 3);
  values.back() = std::nextafter(3, 4);
  EXPECT_EQ(verdict(output, values), "");
}

TEST(ValidatorFlatline, NullsAreNoValues) {
  const Calculation::Output output{.name = "x", .type = Type::Float64, .nullable = true};
  std::vector<uint8_t> valid(1200, 1);
  std::fill_n(valid.begin(), 200, 0);
  EXPECT_NE(verdict(output, std::vector<double>(1200, 3), valid), "");
  valid.back() = 0;
  EXPECT_EQ(verdict(output, std::vector<double>(1200, 3), valid), "");
}

TEST(ValidatorFlatline, AppliesToIntegersAndNotToConstants) {
  Calculation::Output output{.name = "n", .type = Type::Int64};
  EXPECT_NE(verdict_ints(output, std::vector<int64_t>(1000, 7)).find("1000 values are 7"),
            std::string::npos);
  output.constant = true;
  EXPECT_EQ(verdict_ints(output, std::vector<int64_t>(1000, 7)), "");
}

TEST(ValidatorNulls, MoreThanHalfIsTooMany) {
  const Calculation::Output output{.name = "x", .type = Type::Float64, .nullable = true};
  EXPECT_EQ(verdict(output, ramp(4), {0, 0, 1, 1}), "");
  EXPECT_EQ(verdict(output, ramp(5), {0, 0, 0, 1, 1}),
            "column 'x': 60.0 % of 5 values are null, NaN or infinite, more than 50 %; declare it "
            "sparse() if that can be right");
}

TEST(ValidatorNulls, NaNAndInfinityCountAsNullAlsoWhereNullIsNotAllowed) {
  Calculation::Output output{.name = "x", .type = Type::Float64};
  EXPECT_EQ(verdict(output, {kNaN, kInfinity, 1, 2}), "");
  EXPECT_NE(verdict(output, {kNaN, kInfinity, kInfinity, 2}), "");
  output.sparse = true;
  EXPECT_EQ(verdict(output, {kNaN, kInfinity, kInfinity, 2}), "");
}

TEST(ValidatorNulls, ApplyToNullableTextsAndLists) {
  for (Type type : {Type::String, Type::Float64List, Type::Bool, Type::Date}) {
    const Calculation::Output output{.name = "t", .type = type, .nullable = true};
    Validator half({output}), more({output});
    half.add(0, 1000, 500);
    more.add(0, 1000, 501);
    EXPECT_EQ(half.verdict(), "");
    EXPECT_NE(more.verdict(), "");
  }
}

TEST(ValidatorVerdict, NamesEveryFindingAndNoneOfAnEmptyCell) {
  Validator validator({{.name = "k", .type = Type::Int64, .key = true},
                       {.name = "a", .type = Type::Float64},
                       {.name = "b", .type = Type::Float64}});
  EXPECT_EQ(validator.verdict(), "");
  const std::vector<double> nothing(3, kNaN);
  validator.add(0, std::vector<int64_t>{1, 2, 3}, {});
  validator.add(1, nothing, {});
  validator.add(2, nothing, {});
  EXPECT_NE(validator.verdict().find("'a'"), std::string::npos);
  EXPECT_NE(validator.verdict().find("; column 'b'"), std::string::npos);
}

TEST(ValidatorBatches, DoNotMatter) {
  EXPECT_TRUE(rc::check([](const std::vector<uint8_t>& codes, uint8_t step) {
    std::vector<double> values;
    std::vector<uint8_t> valid;
    for (uint8_t code : codes) {
      values.push_back(code % 5 == 0 ? kNaN : code % 3);
      valid.push_back(code % 4 != 0);
    }
    const Calculation::Output output{.name = "x", .type = Type::Float64, .nullable = true};
    Validator pieces({output});
    const size_t size = step % 7 + 1;
    for (size_t i = 0; i < values.size(); i += size) {
      const size_t n = std::min(size, values.size() - i);
      pieces.add(0, std::span(values).subspan(i, n), std::span(valid).subspan(i, n));
    }
    RC_ASSERT(pieces.verdict() == verdict(output, values, valid));
  }));
}

}  // namespace
}  // namespace almanac
