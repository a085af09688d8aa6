// Rows of a table in another order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/base/result.h"

namespace arrow {
class RecordBatch;
}

namespace almanac {

// The rows sorted by `before`, which is given the positions of two rows; equal ones stay as they
// are. Data error when a column outgrows what one array holds.
Result<std::shared_ptr<arrow::RecordBatch>> sorted_rows(
    const std::shared_ptr<arrow::RecordBatch>& rows,
    const std::function<bool(int64_t, int64_t)>& before);

}  // namespace almanac
