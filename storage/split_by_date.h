// Splits a batch of rows by the dates that one of its columns tells.
#pragma once

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
      rows;  // in the order of the batch; shares its memory if it can
};

// By date, each date once. The column is a date, a timestamp (its day in UTC, or in `timezone` when
// it counts from an instant) or text YYYY-MM-DD. Data error: another type, a row without a date or
// with a text that is none.
Result<std::vector<DatedRows>> split_by_date(const std::shared_ptr<arrow::RecordBatch>& batch,
                                             const std::string& date_column,
                                             const std::string& timezone);

}  // namespace almanac
