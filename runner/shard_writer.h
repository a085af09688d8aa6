// ShardWriter: writes rows to Parquet files in staging, one after the other, each no larger than a
// shard. Rows wait until they make a row group; files are compressed where that pays.
//
// Without rows it writes one file with the schema. Files that were not taken are removed with the
// writer. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/ledger/records.h"
#include "runner/execute.h"
#include "runner/failure.h"

namespace arrow {
class RecordBatch;
class Schema;
}  // namespace arrow
namespace parquet::arrow {
class FileWriter;
}

namespace almanac {

class HashingFile;

class ShardWriter {
 public:
  // `name` starts the names of the files.
  ShardWriter(std::shared_ptr<arrow::Schema> schema, const Limits& limits, StagePath stage,
              std::string name);
  ~ShardWriter();
  ShardWriter(const ShardWriter&) = delete;
  ShardWriter& operator=(const ShardWriter&) = delete;

  // The next rows. SHARDING_LIMIT_EXCEEDED: there would be too many files.
  MaybeFailure write(std::shared_ptr<arrow::RecordBatch> rows);
  // Writes the rows that wait, to free their memory.
  MaybeFailure flush();
  // No more rows.
  MaybeFailure finish();

  // After finish.
  std::vector<StagedFile> take_files();

 private:
  MaybeFailure open(bool compress);
  MaybeFailure close();

  std::shared_ptr<arrow::Schema> schema_;
  Limits limits_;
  StagePath stage_;
  std::string name_;
  int64_t group_bytes_;
  std::vector<std::shared_ptr<arrow::RecordBatch>> waiting_;
  int64_t waiting_rows_ = 0, waiting_bytes_ = 0;
  std::shared_ptr<HashingFile> file_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  std::vector<std::string> paths_;  // of all files created
  std::vector<StagedFile> files_;   // of those that are finished
};

}  // namespace almanac
