#include "tools/almanac/arrow_json.h"

#include <arrow/api.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace almanac {

namespace {

// JSON has no number for what is not finite, and would say null.
nlohmann::json number_json(double number) {
  if (std::isfinite(number)) return number;
  if (std::isnan(number)) return "nan";
  return number > 0 ? "inf" : "-inf";
}

}  // namespace

nlohmann::json json_at(const arrow::Array& array, int64_t row) {
  using nlohmann::json;
  if (array.IsNull(row)) return nullptr;
  switch (array.type_id()) {
    case arrow::Type::INT64:
      return static_cast<const arrow::Int64Array&>(array).Value(row);
    case arrow::Type::DOUBLE:
      return number_json(static_cast<const arrow::DoubleArray&>(array).Value(row));
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanArray&>(array).Value(row);
    case arrow::Type::LIST: {
      json list = json::array();
      const auto values = static_cast<const arrow::ListArray&>(array).value_slice(row);
      for (int64_t i = 0; i < values->length(); ++i) list.push_back(json_at(*values, i));
      return list;
    }
    default: {
      const auto scalar = array.GetScalar(row);
      return scalar.ok() ? (*scalar)->ToString() : std::string("?");
    }
  }
}

}  // namespace almanac
