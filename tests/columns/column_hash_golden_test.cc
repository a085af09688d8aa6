// The hashes frozen here are in ledgers: a change of the recipe needs a new version in its name.
#include <arrow/array.h>
#include <arrow/compute/cast.h>
#include <arrow/compute/initialize.h>
#include <arrow/json/from_string.h>
#include <arrow/type.h>
#include <gtest/gtest.h>

#include "columns/column_hash.h"

namespace almanac {
namespace {

using Types = std::shared_ptr<arrow::DataType>;

std::shared_ptr<arrow::Array> array(const Types& type, const std::string& json) {
  return arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
}

Hash hash_of(const arrow::Array& values) {
  ColumnHash hash(*values.type());
  hash.add(values);
  return hash.digest();
}

std::string hex(const Types& type, const std::string& json) {
  return hash_of(*array(type, json)).hex();
}

TEST(ColumnHashGolden, Vectors) {
  EXPECT_EQ(hex(arrow::int64(), "[]"), "a4adc2ec6c669b00b62d5a9a1c5c81b2");
  EXPECT_EQ(hex(arrow::int64(), "[1, -2, null]"), "042e1df60c0d3882675d1fd24cf6ae83");
  EXPECT_EQ(hex(arrow::float64(), "[0.5, null, 3]"), "996f6d2d363bc9fb1edfd34836d566ce");
  EXPECT_EQ(hex(arrow::boolean(), "[true, false, null]"), "e46521f63b086cf06453f59f74531c60");
  EXPECT_EQ(hex(arrow::utf8(), R"(["AAPL", "", null, "é"])"), "52cc46926e042a163f4455a32993c6a2");
  EXPECT_EQ(hex(arrow::date32(), "[0, 19000, null]"), "75e44bad6832a4d94ddc1b8b37dac0d5");
  EXPECT_EQ(hex(arrow::list(arrow::float64()), "[[1, null], [], null, [2]]"),
            "7bb55ea6057f678ceae4a01fab7a19cc");
  EXPECT_EQ(hex(arrow::list(arrow::utf8()), R"([["a", "b"], null, ["c"]])"),
            "2fb9ed78b644cfd4f7ab7dd254c84afb");
}

TEST(ColumnHashGolden, WhatDiffersHashesDifferently) {
  const Types f64 = arrow::float64(), text = arrow::utf8(), list = arrow::list(arrow::int64());
  EXPECT_NE(hex(f64, "[0, 1]"), hex(f64, "[1, 0]"));
  EXPECT_NE(hex(f64, "[0]"), hex(f64, "[-0.0]"));
  EXPECT_NE(hex(f64, "[0]"), hex(f64, "[null]"));
  EXPECT_NE(hex(f64, "[0]"), hex(f64, "[0, 0]"));
  EXPECT_NE(hex(f64, "[]"), hex(text, "[]"));
  EXPECT_NE(hex(text, R"(["ab", "c"])"), hex(text, R"(["a", "bc"])"));
  EXPECT_NE(hex(text, R"([""])"), hex(text, "[null]"));
  EXPECT_NE(hex(list, "[[1], [2]]"), hex(list, "[[1, 2], []]"));
  EXPECT_NE(hex(list, "[[1], null]"), hex(list, "[[1], []]"));
}

TEST(ColumnHashGolden, WhatLiesUnderANullDoesNotCount) {
  const auto valid = array(arrow::boolean(), "[true, false, true]");
  const auto with = [&](const Types& type, const std::string& json) {
    auto data = array(type, json)->data()->Copy();
    data->buffers[0] = valid->data()->buffers[1];
    data->null_count = 1;
    return hash_of(*arrow::MakeArray(data)).hex();
  };
  EXPECT_EQ(with(arrow::int32(), "[1, 2, 3]"), hex(arrow::int32(), "[1, null, 3]"));
  EXPECT_EQ(with(arrow::utf8(), R"(["a", "b", "c"])"), hex(arrow::utf8(), R"(["a", null, "c"])"));
  EXPECT_EQ(with(arrow::list(arrow::int8()), "[[1], [2], [3]]"),
            hex(arrow::list(arrow::int8()), "[[1], null, [3]]"));
  EXPECT_EQ(with(arrow::boolean(), "[true, true, false]"),
            hex(arrow::boolean(), "[true, null, false]"));
}

TEST(ColumnHashGolden, EncodingsOfTheSameValuesAreTheSame) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  const auto text = array(arrow::utf8(), R"(["b", "a", null, "b"])");
  for (const Types& type : {arrow::large_utf8(), arrow::utf8_view(),
                            arrow::dictionary(arrow::int32(), arrow::utf8())}) {
    EXPECT_EQ(hash_of(*arrow::compute::Cast(*text, type).ValueOrDie()), hash_of(*text));
  }
  const auto list = array(arrow::list(arrow::int64()), "[[1, 2], null, [3, 4]]");
  for (const Types& type :
       {arrow::large_list(arrow::int64()), arrow::fixed_size_list(arrow::int64(), 2)}) {
    EXPECT_EQ(hash_of(*arrow::compute::Cast(*list, type).ValueOrDie()), hash_of(*list));
  }
}

}  // namespace
}  // namespace almanac
