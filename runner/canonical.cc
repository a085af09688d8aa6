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

int compare_keys(const arrow::ArrayVector& a, int64_t i, const arrow::ArrayVector& b, int64_t j) {
  for (size_t field = 0; field < a.size(); ++field) {
    const int order = compare_at(*a[field], i, *b[field], j);
    if (order != 0) return order;
  }
  return 0;
}

bool has_nan(const arrow::ArrayVector& keys, int64_t row) {
  return std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
    return key->type_id() == arrow::Type::DOUBLE &&
           std::isnan(static_cast<const arrow::DoubleArray&>(*key).Value(row));
  });
}

}  // namespace

std::shared_ptr<arrow::Array> canonical_doubles(const std::shared_ptr<arrow::Array>& array) {
  if (array->type_id() == arrow::Type::LIST) {
    const auto& list = static_cast<const arrow::ListArray&>(*array);
    const auto values = canonical_doubles(list.values());
    if (values == list.values()) return array;
    auto data = array->data()->Copy();
    data->child_data[0] = values->data();
    return arrow::MakeArray(data);
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
  return arrow::MakeArray(data);
}

RowOrder::RowOrder(const std::vector<Calculation::Output>& outputs) {
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].key) fields_.push_back({outputs[i].name, static_cast<int>(i)});
  }
}

RowOrder::Keys RowOrder::keys_of(const arrow::RecordBatch& rows) const {
  Keys keys;
  for (const Field& field : fields_) keys.push_back(rows.column(field.column));
  return keys;
}

int RowOrder::compare(const arrow::RecordBatch& a, int64_t i, const arrow::RecordBatch& b,
                      int64_t j) const {
  return compare_keys(keys_of(a), i, keys_of(b), j);
}

Result<std::shared_ptr<arrow::RecordBatch>> RowOrder::sort(
    const std::shared_ptr<arrow::RecordBatch>& rows) const {
  const Keys keys = keys_of(*rows);
  bool in_order = true;
  for (int64_t i = 1; in_order && i < rows->num_rows(); ++i) {
    in_order = compare_keys(keys, i - 1, keys, i) <= 0;
  }
  if (in_order) return rows;
  return sorted_rows(rows,
                     [&](int64_t a, int64_t b) { return compare_keys(keys, a, keys, b) < 0; });
}

int64_t RowOrder::duplicate(const arrow::RecordBatch& rows) const {
  const Keys keys = keys_of(rows);
  for (int64_t i = 1; !empty() && i < rows.num_rows(); ++i) {
    if (compare_keys(keys, i - 1, keys, i) == 0 && !has_nan(keys, i)) return i;
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
