#include "columns/reorder.h"

#include <arrow/array.h>
#include <arrow/compute/api_vector.h>
#include <arrow/compute/initialize.h>
#include <arrow/datum.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace almanac {

Result<std::shared_ptr<arrow::RecordBatch>> sorted_rows(
    const std::shared_ptr<arrow::RecordBatch>& rows,
    const std::function<bool(int64_t, int64_t)>& before) {
  static const arrow::Status initialized = arrow::compute::Initialize();
  CHECK(initialized.ok(), "Arrow's compute functions register once");
  std::vector<int64_t> order(static_cast<size_t>(rows->num_rows()));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    if (before(a, b)) return true;
    return a < b && !before(b, a);
  });
  const auto indices =
      std::make_shared<arrow::Int64Array>(rows->num_rows(), arrow::Buffer::Wrap(order));
  const auto taken = arrow::compute::Take(arrow::Datum(rows), arrow::Datum(indices));
  if (!taken.ok()) return data_error("rows cannot be sorted: " + taken.status().message());
  return taken->record_batch();
}

}  // namespace almanac
