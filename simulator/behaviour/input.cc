#include "simulator/behaviour/input.h"

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/builder.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/check.h"

namespace almanac::behaviour {

namespace {

constexpr double kMostRows = 400;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Of a column of lists, all their elements.
const arrow::Array& values_of(const arrow::Array& column) {
  if (column.type_id() != arrow::Type::LIST) return column;
  return *static_cast<const arrow::ListArray&>(column).values();
}

template <class Builder, class Array, class Value>
std::shared_ptr<arrow::Array> with(const arrow::Array& numbers, int64_t row, Value value) {
  const auto& values = static_cast<const Array&>(numbers);
  Builder builder;
  for (int64_t i = 0; i < values.length(); ++i) {
    const auto status = i == row           ? builder.Append(value)
                        : values.IsNull(i) ? builder.AppendNull()
                                           : builder.Append(values.Value(i));
    CHECK(status.ok(), "there is memory for a small column");
  }
  return builder.Finish().ValueOrDie();
}

// In place of the numbers of a column, or of the elements of its lists.
void put(const std::shared_ptr<arrow::Array>& numbers, std::shared_ptr<arrow::Array>* column) {
  if ((*column)->type_id() != arrow::Type::LIST) {
    *column = numbers;
    return;
  }
  const auto& lists = static_cast<const arrow::ListArray&>(**column);
  *column = std::make_shared<arrow::ListArray>(lists.type(), lists.length(), lists.value_offsets(),
                                               numbers, lists.null_bitmap());
}

void scale(ReadTables& days, size_t column, double factor) {
  for (DayTable& table : days) {
    const auto& numbers = static_cast<const arrow::DoubleArray&>(values_of(*table.columns[column]));
    arrow::DoubleBuilder builder;
    for (int64_t i = 0; i < numbers.length(); ++i) {
      CHECK((numbers.IsNull(i) ? builder.AppendNull() : builder.Append(numbers.Value(i) * factor))
                .ok(),
            "there is memory for a small column");
    }
    put(builder.Finish().ValueOrDie(), &table.columns[column]);
  }
}

// The first rows, or all of them again and again.
void set_rows(DayTable* table, int64_t rows) {
  for (auto& column : table->columns) {
    arrow::ArrayVector parts;
    for (int64_t left = rows; left > 0; left -= table->rows) {
      parts.push_back(column->Slice(0, std::min(left, table->rows)));
    }
    column = parts.empty() ? column->Slice(0, 0) : arrow::Concatenate(parts).ValueOrDie();
  }
  table->rows = rows;
  if (!table->offsets.empty()) table->offsets = {0, rows};
}

}  // namespace

std::vector<Input> numbers_of(const Context& context) {
  std::vector<Input> inputs;
  for (size_t r = 0; r < context.reads.size(); ++r) {
    for (size_t d = 0; d < context.reads[r].size(); ++d) {
      const auto& columns = context.reads[r][d].columns;
      for (size_t c = 0; c < columns.size(); ++c) {
        const arrow::Array& values = values_of(*columns[c]);
        const bool is_date = values.type_id() == arrow::Type::DATE32;
        const bool whole = is_date || values.type_id() == arrow::Type::INT64;
        if (!whole && values.type_id() != arrow::Type::DOUBLE) continue;
        for (int64_t row = 0; row < values.length(); ++row) {
          if (values.IsNull(row)) continue;
          const Input input{r, d, c, row, whole};
          // Others cannot be moved by one.
          if (!whole || std::fabs(value_of(context, input)) < Input::kFarthest)
            inputs.push_back(input);
        }
      }
    }
  }
  return inputs;
}

std::vector<Input> columns_of(const Context& context) {
  std::vector<Input> inputs;
  for (Input input : numbers_of(context)) {
    const double value = value_of(context, input);
    if (input.whole || value == 0 || !std::isfinite(value)) continue;
    const bool is_known = std::any_of(inputs.begin(), inputs.end(), [&](const Input& other) {
      return other.read == input.read && other.column == input.column;
    });
    input.all = true;
    if (!is_known) inputs.push_back(input);
  }
  return inputs;
}

std::vector<Input> row_counts_of(const Context& context, const Shape& shape) {
  std::vector<Input> inputs;
  for (size_t r = 0; r < context.reads.size(); ++r) {
    if (shape.reads[r].unique || shape.reads[r].single) continue;
    for (size_t d = 0; d < context.reads[r].size(); ++d) {
      const DayTable& table = context.reads[r][d];
      if (table.rows > 0 && table.offsets.size() <= 2) {
        inputs.push_back({r, d, 0, Input::kRows, true});
      }
    }
  }
  return inputs;
}

bool is_there(const Context& context, const Input& input) {
  const DayTable& table = context.reads[input.read][input.day];
  if (input.row == Input::kRows) return table.rows > 0;
  const arrow::Array& values = values_of(*table.columns[input.column]);
  return input.row < values.length() && values.IsValid(input.row);
}

double value_of(const Context& context, const Input& input) {
  const DayTable& table = context.reads[input.read][input.day];
  if (input.row == Input::kRows) return static_cast<double>(table.rows);
  const arrow::Array& values = values_of(*table.columns[input.column]);
  if (!input.whole) return static_cast<const arrow::DoubleArray&>(values).Value(input.row);
  if (values.type_id() == arrow::Type::DATE32) {
    return static_cast<const arrow::Date32Array&>(values).Value(input.row);
  }
  return static_cast<double>(static_cast<const arrow::Int64Array&>(values).Value(input.row));
}

void set(Context& context, const Input& input, double value) {
  DayTable& table = context.reads[input.read][input.day];
  if (input.row == Input::kRows) {
    // At least one row stays, of which more can be made again.
    return set_rows(&table, static_cast<int64_t>(std::clamp(value, 1.0, kMostRows)));
  }
  if (input.all)
    return scale(context.reads[input.read], input.column, value / value_of(context, input));
  auto& column = table.columns[input.column];
  const arrow::Array& values = values_of(*column);
  const auto changed =
      values.type_id() == arrow::Type::DATE32
          ? with<arrow::Date32Builder, arrow::Date32Array>(
                values, input.row,
                static_cast<int32_t>(std::clamp(value, -Input::kLastDay, Input::kLastDay)))
      : input.whole ? with<arrow::Int64Builder, arrow::Int64Array>(values, input.row,
                                                                   static_cast<int64_t>(value))
                    : with<arrow::DoubleBuilder, arrow::DoubleArray>(values, input.row, value);
  put(changed, &column);
}

double next(const Input& input, double value, bool up) {
  if (input.whole) return value + (up ? 1 : -1);
  return std::nextafter(value, up ? kInfinity : -kInfinity);
}

}  // namespace almanac::behaviour
