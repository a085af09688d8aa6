// Reading a table as one array per column.
#pragma once

#include <memory>
#include <vector>

#include "core/base/result.h"
#include "core/manifest/calculation.h"
#include "runner/day_table.h"
#include "runner/execute.h"

namespace arrow {
class RecordBatch;
class RecordBatchReader;
}  // namespace arrow

namespace almanac {

// Opens a day and checks that its columns are those that were asked for. Data error that names the
// read and the date.
Result<std::shared_ptr<arrow::RecordBatchReader>> open_day(
    const Calculation::Read& read, const InputDay& day,
    const std::vector<Calculation::Column>& columns);

// The next rows; null at the end. No batch is empty.
Result<std::shared_ptr<arrow::RecordBatch>> next_batch(arrow::RecordBatchReader& reader,
                                                       const Calculation::Read& read, Date date);

// One batch with all rows; what is in one batch already is not copied. `batches` must not be empty.
Result<std::shared_ptr<arrow::RecordBatch>> join(
    const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches);

// All days of a read in row order.
Result<ReadTables> read_whole(const Calculation::Read& read, const Input& input);

}  // namespace almanac
