// One column of a table as bytes that are read where they lie: an Arrow IPC stream, uncompressed,
// of one field. Mapped from a file, its values are in no other memory.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/result.h"
#include "core/manifest/calculation.h"

namespace arrow {
class Array;
class Buffer;
class RecordBatchReader;
namespace io {
class OutputStream;
}
}  // namespace arrow

namespace almanac {

// Writes the bytes; close() ends them. Errors are those of `out`. Not thread-safe.
class ColumnWriter {
 public:
  static Result<std::unique_ptr<ColumnWriter>> open(Type type,
                                                    std::shared_ptr<arrow::io::OutputStream> out);
  virtual ~ColumnWriter() = default;
  virtual Result<void> add(const std::shared_ptr<arrow::Array>& values) = 0;
  virtual Result<void> close() = 0;
};

// The arrays in which the column was written; they keep the buffer. Data error where the bytes are
// not those of a column of the type.
using ColumnArrays = std::vector<std::shared_ptr<arrow::Array>>;
Result<ColumnArrays> read_column(const std::shared_ptr<arrow::Buffer>& bytes, Type type);

// Streams columns of equal length beside each other, in batches of at most 64 Ki rows that share
// the arrays' memory.
std::shared_ptr<arrow::RecordBatchReader> read_beside(
    const std::vector<Calculation::Column>& columns, const std::vector<ColumnArrays>& arrays,
    int64_t rows);

}  // namespace almanac
