#include <arrow/array.h>
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <gtest/gtest.h>

#include "columns/cast.h"

namespace almanac {
namespace {

using Types = std::shared_ptr<arrow::DataType>;

std::shared_ptr<arrow::Array> array(const Types& type, const std::string& json) {
  return arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
}

std::shared_ptr<arrow::RecordBatch> table(const Types& type, const std::string& json) {
  const auto values = array(type, json);
  return arrow::RecordBatch::Make(arrow::schema({arrow::field("x", type)}), values->length(),
                                  arrow::ArrayVector{values});
}

// Casts a column and compares; the error's message if it cannot be cast.
void expect_cast(const Types& found, const std::string& json, Type declared,
                 const std::string& expected) {
  const auto result = cast_columns(*table(found, json), {{"x", declared}});
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_TRUE((*result)->column(0)->Equals(*array(arrow_type(declared), expected)))
      << (*result)->column(0)->ToString();
}

std::string refusal(const Types& found, const std::string& json, Type declared) {
  const auto result = cast_columns(*table(found, json), {{"x", declared}});
  return result.ok() ? "" : result.error().message;
}

TEST(LosslessCast, WidensIntegersAndFloats) {
  for (const Types& type : {arrow::int8(), arrow::uint8(), arrow::int16(), arrow::uint16(),
                            arrow::int32(), arrow::uint32(), arrow::int64(), arrow::uint64()}) {
    expect_cast(type, "[1, null, 120]", Type::Int64, "[1, null, 120]");
    expect_cast(type, "[1, null, 120]", Type::Float64, "[1, null, 120]");
  }
  expect_cast(arrow::float32(), "[0.5, null]", Type::Float64, "[0.5, null]");
}

TEST(LosslessCast, ValuesThatDoNotFitAreRefused) {
  EXPECT_NE(refusal(arrow::uint64(), "[18446744073709551615]", Type::Int64), "");
  EXPECT_NE(refusal(arrow::int64(), "[9007199254740993]", Type::Float64), "");
  EXPECT_NE(refusal(arrow::timestamp(arrow::TimeUnit::SECOND), "[86401]", Type::Date), "");
  EXPECT_NE(refusal(arrow::timestamp(arrow::TimeUnit::MICRO), "[86400000001]", Type::Date), "");
  EXPECT_NE(refusal(arrow::timestamp(arrow::TimeUnit::MICRO), "[-1]", Type::Date), "");
}

TEST(LosslessCast, TextsAreDecoded) {
  for (const Types& type :
       {arrow::large_utf8(), arrow::utf8_view(), arrow::dictionary(arrow::int8(), arrow::utf8()),
        arrow::dictionary(arrow::int8(), arrow::large_utf8())}) {
    expect_cast(type, R"(["a", null, "b"])", Type::String, R"(["a", null, "b"])");
  }
}

TEST(LosslessCast, DatesComeFromMidnights) {
  expect_cast(arrow::date64(), "[86400000, null]", Type::Date, "[1, null]");
  for (const auto& [unit, day] : {std::pair{arrow::TimeUnit::SECOND, "86400"},
                                  {arrow::TimeUnit::MILLI, "86400000"},
                                  {arrow::TimeUnit::NANO, "86400000000000"}}) {
    expect_cast(arrow::timestamp(unit), std::string("[") + day + ", null]", Type::Date,
                "[1, null]");
  }
}

TEST(LosslessCast, ListsCastTheirElements) {
  for (const Types& type : {arrow::list(arrow::float32()), arrow::large_list(arrow::int32()),
                            arrow::list(arrow::float64())}) {
    expect_cast(type, "[[1, null], null, []]", Type::Float64List, "[[1, null], null, []]");
  }
  expect_cast(arrow::fixed_size_list(arrow::float64(), 2), "[[1, 2], null]", Type::Float64List,
              "[[1, 2], null]");
  expect_cast(arrow::large_list(arrow::large_utf8()), R"([["a"], []])", Type::StringList,
              R"([["a"], []])");
}

TEST(LosslessCast, ErrorsNameColumnExpectedAndFound) {
  EXPECT_EQ(refusal(arrow::utf8(), R"(["1"])", Type::Int64),
            "column \"x\": expected int64, found string");
  EXPECT_EQ(refusal(arrow::float64(), "[1]", Type::Int64),
            "column \"x\": expected int64, found double");
  EXPECT_NE(refusal(arrow::int8(), "[1]", Type::Bool), "");
  EXPECT_NE(refusal(arrow::list(arrow::utf8()), "[[]]", Type::Float64List), "");
  const auto missing = cast_columns(*table(arrow::int8(), "[1]"), {{"y", Type::Int64}});
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message.find("\"y\""), std::string::npos);
}

TEST(LosslessCast, ColumnsComeInDeclaredOrderUnderTheirTypes) {
  const auto batch = arrow::RecordBatch::Make(
      arrow::schema({arrow::field("a", arrow::int32()), arrow::field("b", arrow::null()),
                     arrow::field("c", arrow::utf8())}),
      1,
      {array(arrow::int32(), "[1]"), array(arrow::null(), "[null]"),
       array(arrow::utf8(), R"(["t"])")});
  const std::vector<Calculation::Column> columns = {
      {"c", Type::String}, {"b", Type::Float64List}, {"a", Type::Float64}, {"a", Type::Int64}};
  const auto result = cast_columns(*batch, columns);
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_TRUE((*result)->schema()->Equals(*arrow_schema(columns)));
  EXPECT_EQ((*result)->column(0)->data()->buffers[2], batch->column(2)->data()->buffers[2]);
  EXPECT_TRUE((*result)->column(2)->Equals(*array(arrow::float64(), "[1]")));
  EXPECT_TRUE((*result)->column(3)->Equals(*array(arrow::int64(), "[1]")));
}

}  // namespace
}  // namespace almanac
