#include <arrow/array.h>
#include <arrow/json/from_string.h>
#include <arrow/type.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

#include "columns/column_hash.h"

namespace almanac {
namespace {

// A value of each type for every number, null for every fifth.
std::string json_value(const arrow::DataType& type, int number) {
  if (number % 5 == 0) return "null";
  switch (type.id()) {
    case arrow::Type::BOOL:
      return number % 2 == 0 ? "true" : "false";
    case arrow::Type::STRING:
    case arrow::Type::DICTIONARY:
      return "\"" + std::string(number % 4, 'x') + "\"";
    case arrow::Type::LIST:
      return number % 3 == 0 ? "[]" : "[" + std::to_string(number) + ", null]";
    case arrow::Type::STRUCT:
      return "{\"a\": " + std::to_string(number) + ", \"b\": null}";
    case arrow::Type::NA:
      return "null";
    case arrow::Type::DECIMAL128:
      return "\"" + std::to_string(number) + ".25\"";
    default:
      return std::to_string(number);
  }
}

TEST(ColumnHashBoundaries, DoNotMatterForAnyType) {
  const std::vector<std::shared_ptr<arrow::DataType>> types = {
      arrow::boolean(),
      arrow::int16(),
      arrow::int64(),
      arrow::float64(),
      arrow::date32(),
      arrow::utf8(),
      arrow::timestamp(arrow::TimeUnit::MICRO),
      arrow::null(),
      arrow::decimal128(10, 2),
      arrow::list(arrow::float64()),
      arrow::dictionary(arrow::int16(), arrow::utf8()),
      arrow::struct_({arrow::field("a", arrow::int64()), arrow::field("b", arrow::utf8())})};
  EXPECT_TRUE(rc::check([&](const std::vector<uint8_t>& numbers, const std::vector<uint8_t>& cuts) {
    for (const auto& type : types) {
      std::string json;
      for (uint8_t number : numbers) {
        json += (json.empty() ? "" : ", ") + json_value(*type, number);
      }
      const auto all = arrow::json::ArrayFromJSONString(type, "[" + json + "]").ValueOrDie();
      ColumnHash whole(*type), pieces(*type);
      whole.add(*all);
      int64_t from = 0;
      for (size_t i = 0; from < all->length(); ++i) {
        const int64_t want = i < cuts.size() ? cuts[i] % 4 : all->length();
        const int64_t size = std::min(want, all->length() - from);
        pieces.add(*all->Slice(from, size));
        from += size;
      }
      RC_ASSERT(whole.digest() == pieces.digest());
      RC_ASSERT(whole.rows() == numbers.size());
    }
  }));
}

}  // namespace
}  // namespace almanac
