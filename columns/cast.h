// Columns of a table as they are declared by the calculation that reads them: lossless casts only.
//
//   declared       found
//   bool           bool
//   int64          integers of any width
//   float64        float, double, half; integers that a double holds exactly
//   string         string, large_string, string_view
//   date           date32, date64, timestamps at midnight
//   list<T>        list, large_list, fixed_size_list of what T takes
// Dictionaries are decoded; a column of type null fits everything; one of a CSV file is parsed, as
// columns/csv_text says.
//
// Thread rule: all functions may be called from several threads.
#pragma once

#include <memory>
#include <vector>

#include "core/base/result.h"
#include "core/manifest/calculation.h"

namespace arrow {
class DataType;
class RecordBatch;
class RecordBatchReader;
class Schema;
}  // namespace arrow

namespace almanac {

// The Arrow form of a declared type.
std::shared_ptr<arrow::DataType> arrow_type(Type type);
std::shared_ptr<arrow::Schema> arrow_schema(const std::vector<Calculation::Column>& columns);

// The columns in the order of `columns`, found by name; others are left out. What needs no cast is
// not copied. The same name may be wanted twice, as different types. Data error that names the
// column, what was expected and what was found; the caller adds the table.
Result<std::shared_ptr<arrow::RecordBatch>> cast_columns(
    const arrow::RecordBatch& batch, const std::vector<Calculation::Column>& columns);

// The same for a stream; an error becomes the reader's Status.
std::shared_ptr<arrow::RecordBatchReader> cast_reader(
    std::shared_ptr<arrow::RecordBatchReader> reader, std::vector<Calculation::Column> columns);

}  // namespace almanac
