// Streams of record batches from functions, and one after the other.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace arrow {
class RecordBatch;
class RecordBatchReader;
class Schema;
}  // namespace arrow

namespace almanac {

using Batch = std::shared_ptr<arrow::RecordBatch>;
using BatchStream = std::shared_ptr<arrow::RecordBatchReader>;

// What `next` gives, until it is null.
BatchStream stream_of(std::shared_ptr<arrow::Schema> schema, std::function<Result<Batch>()> next);

// The next batch of a stream, null at its end. Data error with the message of the reader's Status.
Result<Batch> next_batch(arrow::RecordBatchReader& stream);

// One source after the other, each opened when its turn comes. Errors start with the source's name.
struct BatchSource {
  std::string name;
  std::function<Result<BatchStream>()> open;
};
BatchStream chained(std::shared_ptr<arrow::Schema> schema, std::vector<BatchSource> sources);

}  // namespace almanac
