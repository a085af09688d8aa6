#include "tools/almanac/column_difference.h"

#include <arrow/api.h>

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace almanac {

namespace {

template <class Array>
auto view(const arrow::Array& array, int64_t row) {
  return static_cast<const Array&>(array).GetView(row);
}

// Exact where a difference of doubles would round it away.
double distance(int64_t a, int64_t b) {
  const auto low = static_cast<uint64_t>(std::min(a, b));
  return static_cast<double>(static_cast<uint64_t>(std::max(a, b)) - low);
}

}  // namespace

void ColumnDifference::note(double a, double b, double apart) {
  if (!std::isfinite(apart)) return;
  absolute_ = std::max(absolute_.value_or(0), apart);
  relative_ = std::max(relative_.value_or(0), apart / std::max(std::abs(a), std::abs(b)));
}

bool ColumnDifference::differ(const arrow::Array& a, int64_t i, const arrow::Array& b, int64_t j) {
  if (a.IsNull(i) || b.IsNull(j)) return a.IsNull(i) != b.IsNull(j);
  switch (a.type_id()) {
    case arrow::Type::BOOL:
      return view<arrow::BooleanArray>(a, i) != view<arrow::BooleanArray>(b, j);
    case arrow::Type::DATE32:
      return view<arrow::Date32Array>(a, i) != view<arrow::Date32Array>(b, j);
    case arrow::Type::STRING:
      return view<arrow::StringArray>(a, i) != view<arrow::StringArray>(b, j);
    case arrow::Type::INT64: {
      const int64_t x = view<arrow::Int64Array>(a, i), y = view<arrow::Int64Array>(b, j);
      if (x != y) note(static_cast<double>(x), static_cast<double>(y), distance(x, y));
      return x != y;
    }
    case arrow::Type::DOUBLE: {
      const double x = view<arrow::DoubleArray>(a, i), y = view<arrow::DoubleArray>(b, j);
      if (x == y || (std::isnan(x) && std::isnan(y))) return false;
      note(x, y, std::abs(x - y));
      return true;
    }
    case arrow::Type::LIST: {
      const auto& left = static_cast<const arrow::ListArray&>(a);
      const auto& right = static_cast<const arrow::ListArray&>(b);
      bool found = left.value_length(i) != right.value_length(j);
      const int64_t both = std::min(left.value_length(i), right.value_length(j));
      for (int64_t at = 0; at < both; ++at) {
        found |= differ(*left.values(), left.value_offset(i) + at, *right.values(),
                        right.value_offset(j) + at);
      }
      return found;
    }
    default:
      CHECK(false, "a result has columns of the vocabulary's types");
      return true;
  }
}

bool ColumnDifference::add(const arrow::Array& a, int64_t i, const arrow::Array& b, int64_t j) {
  const bool found = differ(a, i, b, j);
  rows_ += found;
  return found;
}

}  // namespace almanac
