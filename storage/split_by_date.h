// Splits a batch of rows by the dates that one of its columns tells.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "almanac/date.h"
#include "core/base/result.h"

namespace arrow {
class RecordBatch;
}

namespace almanac {

struct DatedRows {
  Date date;
  std::shared_ptr<arrow::RecordBatch>
      rows;                        // in the order of the batch; shares its memory if it can
  std::vector<int64_t> positions;  // of each of them in the batch
};

// By date, each date once. The column is a date, a timestamp (its day in UTC, or in `timezone` when
// it counts from an instant) or text YYYY-MM-DD; of a CSV file a date or a time as
// columns/csv_text.h has them. Data error: another type, a row without a date or with a text that
// is none; of a CSV file it names the row, before which `rows_before` rows are in other batches.
Result<std::vector<DatedRows>> split_by_date(const std::shared_ptr<arrow::RecordBatch>& batch,
                                             const std::string& date_column,
                                             const std::string& timezone, uint64_t rows_before = 0);

}  // namespace almanac
