#include "runner/canonical.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "columns/reorder.h"

namespace almanac {

namespace {

constexpr uint64_t kNaNBits = std::bit_cast<uint64_t>(std::numeric_limits<double>::quiet_NaN());

double canonical(double value) {
  if (std::isnan(value)) return std::bit_cast<double>(kNaNBits);
  return value == 0 ? 0.0 : value;
}

bool is_canonical(double value) {
  return std::bit_cast<uint64_t>(value) == std::bit_cast<uint64_t>(canonical(value));
}

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

// NaN comes last and equals itself, so that the order is one.
int three_way(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return static_cast<int>(std::isnan(a)) - std::isnan(b);
  return a < b ? -1 : static_cast<int>(b < a);
}

template <class Array>
int compare_values(const arrow::Array& a, int64_t i, const arrow::Array& b, int64_t j) {
  return three_way(static_cast<const Array&>(a).GetView(i),
                   static_cast<const Array&>(b).GetView(j));
}

int compare_at(const arrow::Array& a, int64_t i, const arrow::Array& b, int64_t j) {
  switch (a.type_id()) {
    case arrow::Type::BOOL:
      return compare_values<arrow::BooleanArray>(a, i, b, j);
    case arrow::Type::INT64:
      return compare_values<arrow::Int64Array>(a, i, b, j);
    case arrow::Type::DOUBLE:
      return compare_values<arrow::DoubleArray>(a, i, b, j);
    case arrow::Type::DATE32:
      return compare_values<arrow::Date32Array>(a, i, b, j);
    case arrow::Type::STRING:
      return compare_values<arrow::StringArray>(a, i, b, j);
    default:
      CHECK(false, "a list is no key");
      return 0;
  }
}

}  // namespace

std::shared_ptr<arrow::Array> canonical_doubles(const std::shared_ptr<arrow::Array>& array) {
  if (array->type_id() == arrow::Type::LIST) {
    const auto& list = static_cast<const arrow::ListArray&>(*array);
    const auto values = canonical_doubles(list.values());
    if (values == list.values()) return array;
    auto data = array->data()->Copy();
    data->child_data[0] = values->data();
    return arrow::MakeArray(std::move(data));
  }
  if (array->type_id() != arrow::Type::DOUBLE) return array;
  const auto& doubles = static_cast<const arrow::DoubleArray&>(*array);
  const double* values = doubles.raw_values();
  if (std::all_of(values, values + doubles.length(), is_canonical)) return array;
  std::vector<double> copy(values, values + doubles.length());
  std::transform(copy.begin(), copy.end(), copy.begin(), canonical);
  auto data = array->Slice(0)->data()->Copy();
  const auto offset = static_cast<size_t>(data->offset);
  copy.insert(copy.begin(), offset, 0);  // the validity keeps its offset
  data->buffers[1] = arrow::Buffer::FromVector(std::move(copy));
  return arrow::MakeArray(std::move(data));
}

RowOrder::RowOrder(const std::vector<Calculation::Output>& outputs) {
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].key) fields_.push_back({outputs[i].name, static_cast<int>(i)});
  }
}

int RowOrder::compare(const arrow::RecordBatch& a, int64_t i, const arrow::RecordBatch& b,
                      int64_t j) const {
  for (const Field& field : fields_) {
    const int order = compare_at(*a.column(field.column), i, *b.column(field.column), j);
    if (order != 0) return order;
  }
  return 0;
}

Result<std::shared_ptr<arrow::RecordBatch>> RowOrder::sort(
    const std::shared_ptr<arrow::RecordBatch>& rows) const {
  bool in_order = true;
  for (int64_t i = 1; in_order && i < rows->num_rows(); ++i) {
    in_order = compare(*rows, i - 1, *rows, i) <= 0;
  }
  if (in_order) return rows;
  return sorted_rows(rows, [&](int64_t a, int64_t b) { return compare(*rows, a, *rows, b) < 0; });
}

int64_t RowOrder::duplicate(const arrow::RecordBatch& rows) const {
  const auto has_nan = [&](int64_t row) {
    return std::any_of(fields_.begin(), fields_.end(), [&](const Field& field) {
      const arrow::Array& keys = *rows.column(field.column);
      return keys.type_id() == arrow::Type::DOUBLE &&
             std::isnan(static_cast<const arrow::DoubleArray&>(keys).Value(row));
    });
  };
  for (int64_t i = 1; !empty() && i < rows.num_rows(); ++i) {
    if (compare(rows, i - 1, rows, i) == 0 && !has_nan(i)) return i;
  }
  return -1;
}

std::string RowOrder::describe(const arrow::RecordBatch& rows, int64_t row) const {
  std::string text;
  for (const Field& field : fields_) {
    const auto value = rows.column(field.column)->GetScalar(row);
    text += (text.empty() ? "" : ", ") + field.name + " ";
    text += value.ok() ? (*value)->ToString() : value.status().message();
  }
  return text;
}

}  // namespace almanac
