// A field of a CSV file is a text, and becomes what the reader declares where it can be that.
#include "columns/csv_text.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <gtest/gtest.h>

#include <vector>

#include "columns/cast.h"

namespace almanac {
namespace {

std::shared_ptr<arrow::Array> column(const std::vector<std::string>& fields) {
  arrow::StringBuilder builder;
  EXPECT_TRUE(builder.AppendValues(fields).ok());
  return as_csv_text(builder.Finish().ValueOrDie());
}

void expect_read(const std::vector<std::string>& fields, Type type, const std::string& json) {
  const auto values = parse_csv(*column(fields), type);
  ASSERT_TRUE(values.ok()) << values.error().message;
  const auto expected = arrow::json::ArrayFromJSONString(arrow_type(type), json).ValueOrDie();
  EXPECT_TRUE((*values)->Equals(*expected)) << (*values)->ToString();
}

std::string refusal(const std::string& field, Type type) {
  const auto values = parse_csv(*column({field}), type);
  return values.ok() ? "" : values.error().message;
}

TEST(CsvText, EachTypeHasItsSpellings) {
  expect_read({"1", "true", "True", "TRUE"}, Type::Bool, "[true, true, true, true]");
  expect_read({"0", "false", "False", "FALSE"}, Type::Bool, "[false, false, false, false]");
  expect_read({"007", "-12", "9223372036854775807"}, Type::Int64, "[7, -12, 9223372036854775807]");
  expect_read({"1", "1.10", "-2e-3", ".5", "inf"}, Type::Float64, "[1, 1.1, -0.002, 0.5, Inf]");
  expect_read({"1970-01-02", "1970-01-02 00:00", "1970-01-02T00:00:00.000"}, Type::Date,
              "[1, 1, 1]");
}

TEST(CsvText, WhatLooksLikeSomethingElseIsReadAsText) {
  expect_read({"007", "true", "1.10", "1e3", "10:30", "2024-01-02", "NA", "null", "", " a "},
              Type::String,
              R"(["007", "true", "1.10", "1e3", "10:30", "2024-01-02", "NA", "null", "", " a "])");
}

TEST(CsvText, NothingIsNullForAllButText) {
  const std::vector<std::string> nulls = {"",     " ",    "NA",   "N/A", "n/a",
                                          "#N/A", "null", "NULL", "NaN", "nan"};
  for (const Type type : {Type::Bool, Type::Int64, Type::Float64, Type::Date}) {
    const auto values = parse_csv(*column(nulls), type);
    ASSERT_TRUE(values.ok()) << values.error().message;
    EXPECT_EQ((*values)->null_count(), (*values)->length()) << name_of(type);
  }
}

TEST(CsvText, BlanksAroundANumberDoNotCount) {
  expect_read({" 1", "2 ", "\t3 "}, Type::Int64, "[1, 2, 3]");
  expect_read({" 1.5 "}, Type::Float64, "[1.5]");
}

TEST(CsvText, AFieldThatIsNoneIsNamed) {
  EXPECT_EQ(refusal("2", Type::Bool), "\"2\"");
  EXPECT_EQ(refusal("yes", Type::Bool), "\"yes\"");
  EXPECT_EQ(refusal("1.0", Type::Int64), "\"1.0\"");
  EXPECT_EQ(refusal("9223372036854775808", Type::Int64), "\"9223372036854775808\"");
  EXPECT_EQ(refusal("0x10", Type::Int64), "\"0x10\"");
  EXPECT_EQ(refusal("1,5", Type::Float64), "\"1,5\"");
  EXPECT_EQ(refusal("1e400", Type::Float64), "\"1e400\"");
  EXPECT_EQ(refusal("1970-01-01 10:30", Type::Date), "\"1970-01-01 10:30\"");
  EXPECT_EQ(refusal("1970-02-30", Type::Date), "\"1970-02-30\"");
  EXPECT_EQ(refusal("M\xfcnchen", Type::String), "\"M\\xfcnchen\"");
  EXPECT_NE(refusal("1", Type::Float64List), "");
}

TEST(CsvText, WhatDoesNotFitIsWhatCannotBeRead) {
  const std::vector<std::string> fields = {
      "1",   "0",   "7",  "-7", "1.5", "1e3", "true", "2024-01-02", "2024-01-02T00:00:00", "10:30",
      "abc", "inf", "NA", "",   " 5",  "é",   "\xe9", "\xc3",       "2024-01-02 12:00:00"};
  for (const std::string& field : fields) {
    for (const Type type : {Type::Bool, Type::Int64, Type::Float64, Type::String, Type::Date}) {
      const bool fits = refusal(field, type).empty();
      EXPECT_EQ(csv_misfits(field, {type}).empty(), fits) << field << " " << name_of(type);
      EXPECT_EQ(csv_misfits(field, kScalarTypes).has(type), !fits) << field << " " << name_of(type);
    }
  }
}

TEST(CsvText, TimesTellWhetherTheyAreInstants) {
  EXPECT_EQ(csv_time("1970-01-02 00:00:01.5")->seconds, 86401);
  EXPECT_TRUE(csv_time("1970-01-02 00:00:01.5")->fraction);
  EXPECT_EQ(csv_time("1969-12-31 23:59:59.5")->seconds, -1);
  EXPECT_TRUE(csv_time("1970-01-02T02:00:00+02:00")->instant);
  EXPECT_EQ(csv_time("1970-01-02T02:00:00+02:00")->seconds, 86400);
  EXPECT_FALSE(csv_time("1970-01-02T02:00:00")->instant);
  EXPECT_FALSE(csv_time("1970-01-0x"));
}

TEST(CsvText, AnyFieldIsShownAsUtf8AndShort) {
  std::string umlauts;
  for (int i = 0; i < 50; ++i) umlauts += "ü";
  EXPECT_EQ(shown_field("a" + umlauts).size(), 79 + std::string("\"\"...").size());
  EXPECT_EQ(shown_field("M\xfcnchen\n"), "\"M\\xfcnchen\\x0a\"");
}

TEST(CsvText, OneColumnIsReadAsSeveralTypes) {
  const auto batch = arrow::RecordBatch::Make(arrow::schema({arrow::field("x", csv_text())}), 2,
                                              arrow::ArrayVector{column({"007", ""})});
  const auto read = cast_columns(*batch, {{"x", Type::String}, {"x", Type::Int64}});
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ((*read)->column(0)->ToString(), "[\n  \"007\",\n  \"\"\n]");
  EXPECT_EQ((*read)->column(1)->ToString(), "[\n  7,\n  null\n]");
  const auto dates = cast_columns(*batch, {{"x", Type::Date}});
  ASSERT_FALSE(dates.ok());
  EXPECT_EQ(dates.error().message, "column \"x\": expected date, found \"007\"");
}

}  // namespace
}  // namespace almanac
