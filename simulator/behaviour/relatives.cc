#include "simulator/behaviour/relatives.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <string>
#include <vector>

#include "columns/cast.h"
#include "columns/reorder.h"
#include "core/base/check.h"

namespace almanac::behaviour {

namespace {

// Rows of each entity, or of a whole table, in the opposite order; results of calculations are
// always in that of their keys.
void reverse_rows(const Shape& shape, Context* context) {
  for (size_t r = 0; r < shape.reads.size(); ++r) {
    if (shape.reads[r].unique) continue;
    arrow::FieldVector fields;
    for (const auto& field : shape.reads[r].fields) {
      fields.push_back(arrow::field(field.name, arrow_type(field.type)));
    }
    for (DayTable& table : context->reads[r]) {
      const auto rows = arrow::RecordBatch::Make(arrow::schema(fields), table.rows, table.columns);
      const auto& ends = table.offsets;
      const auto group = [&](int64_t row) {
        return std::upper_bound(ends.begin(), ends.end(), row) - ends.begin();
      };
      const auto reversed = sorted_rows(rows, [&](int64_t a, int64_t b) {
        return group(a) != group(b) ? group(a) < group(b) : a > b;
      });
      CHECK(reversed.ok(), "a small table can be sorted");
      table.columns = (*reversed)->columns();
    }
  }
}

// One column, wherever it is read, twice as large: exactly, so that what is homogeneous stays so.
void double_column(const std::string& name, const Shape& shape, Context* context) {
  for (size_t r = 0; r < shape.reads.size(); ++r) {
    for (size_t f = 0; f < shape.reads[r].fields.size(); ++f) {
      const Shape::Field& field = shape.reads[r].fields[f];
      if (field.name != name || field.type != Type::Float64) continue;
      for (DayTable& table : context->reads[r]) {
        const auto& column = static_cast<const arrow::DoubleArray&>(*table.columns[f]);
        arrow::DoubleBuilder doubled;
        for (int64_t row = 0; row < column.length(); ++row) {
          CHECK((column.IsNull(row) ? doubled.AppendNull() : doubled.Append(2 * column.Value(row)))
                    .ok(),
                "memory");
        }
        table.columns[f] = doubled.Finish().ValueOrDie();
      }
    }
  }
}

}  // namespace

void relate(const Shape& shape, simulator::Random& random, Context* context) {
  std::vector<std::string> numbers;
  for (const auto& read : shape.reads) {
    for (const auto& field : read.fields) {
      if (field.type == Type::Float64) numbers.push_back(field.name);
    }
  }
  if (numbers.empty() || random.one_in(2)) return reverse_rows(shape, context);
  double_column(numbers[random.below(numbers.size())], shape, context);
}

}  // namespace almanac::behaviour
