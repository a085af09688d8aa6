// Files of one day that encode the same values differently are one table; others are not.
#include "core/data/column_kind.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace almanac {
namespace {

TEST(ColumnKind, EncodingsOfTheSameValuesGoTogether) {
  const std::string narrow = "dictionary<values=string, indices=int8, ordered=0>";
  const std::string wide = "dictionary<values=string, indices=int16, ordered=0>";
  for (const auto& [a, b, both] :
       std::vector<std::array<std::string, 3>>{{"int32", "int64", "int32"},
                                               {"int64", "double", "double"},
                                               {"null", "string", "string"},
                                               {narrow, wide, narrow},
                                               {"string", wide, "string"},
                                               {"csv", "csv", "csv"},
                                               {"csv", "double", "double"},
                                               {"null", "csv", "csv"},
                                               {"date32[day]", "timestamp[ns]", "timestamp[ns]"}}) {
    ASSERT_NE(wider(a, b), nullptr) << a << ", " << b;
    EXPECT_EQ(*wider(a, b), both);
    EXPECT_NE(wider(b, a), nullptr);
  }
}

TEST(ColumnKind, OtherValuesDoNot) {
  const std::string numbers = "dictionary<values=int64, indices=int8, ordered=0>";
  for (const auto& [a, b] : std::vector<std::array<std::string, 2>>{{"int64", "string"},
                                                                    {"bool", "int8"},
                                                                    {"csv", "list<item: double>"},
                                                                    {"date32[day]", "int32"},
                                                                    {numbers, "string"},
                                                                    {"binary", "fixed_size"}}) {
    EXPECT_EQ(wider(a, b), nullptr) << a << ", " << b;
  }
}

TEST(ColumnKind, EveryEncodingIsReadAsItsType) {
  EXPECT_TRUE(readable_as("dictionary<values=string, indices=int8, ordered=0>", Type::String));
  EXPECT_TRUE(readable_as("uint16", Type::Int64));
  EXPECT_TRUE(readable_as("uint16", Type::Float64));
  EXPECT_TRUE(readable_as("large_list<item: double>", Type::Float64List));
  EXPECT_TRUE(readable_as("null", Type::Date));
  for (const Type type : {Type::Bool, Type::Int64, Type::Float64, Type::String, Type::Date}) {
    EXPECT_TRUE(readable_as("csv", type));
  }
  EXPECT_FALSE(readable_as("csv", Type::Float64List));
  EXPECT_FALSE(readable_as("double", Type::Int64));
  EXPECT_FALSE(readable_as("string", Type::Float64));
  EXPECT_FALSE(readable_as("dictionary<values=int64, indices=int8, ordered=0>", Type::String));
}

}  // namespace
}  // namespace almanac
