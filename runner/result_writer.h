// ResultWriter: turns the rows that a calculation puts out for one date into a result: checked,
// canonical, hashed and staged.
//
// Identity "result/1": number of columns; name, type, whether a key, whether nullable, and hash of
// each; rows; number of failed entities, digest of their ids and messages in entity order; number
// of reasons, each with its reason and rejected rows. It does not depend on how rows are cut into
// calls, flushes and files. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "columns/column_hash.h"
#include "core/quality/validator.h"
#include "runner/canonical.h"
#include "runner/execute.h"
#include "runner/failure.h"
#include "runner/shard_writer.h"

namespace almanac {

class ResultWriter {
 public:
  // `calculation` outlives the writer.
  ResultWriter(const Calculation& calculation, Date date, const Limits& limits, StagePath stage);

  // The next rows, in any order among themselves; their keys come after those of the rows before.
  // DUPLICATE_KEY, SCHEMA_MISMATCH, SHARDING_LIMIT_EXCEEDED, STORE.
  MaybeFailure add(const std::shared_ptr<arrow::RecordBatch>& rows);

  // The next failed entity, in entity order.
  void entity_failed(std::string_view id, std::string_view message);
  // Input rows that were left out.
  void rejected(const std::string& reason, int64_t rows);

  // Frees the memory of the rows that wait to be written.
  MaybeFailure flush() { return shards_.flush(); }

  // No more rows: QUALITY_CIRCUIT_BREAKER, or fills result, files, and the statistics of rows,
  // bytes and rejections.
  MaybeFailure finish(CellOutcome* outcome);

 private:
  MaybeFailure check_nulls(const arrow::RecordBatch& rows) const;
  MaybeFailure check_keys(const arrow::RecordBatch& rows);
  void observe(const arrow::RecordBatch& rows);
  Hash identity(const ResultRecord& record) const;

  const Calculation& calculation_;
  std::string label_;  // "rsi on 2022-01-03"
  RowOrder order_;
  Validator validator_;
  std::vector<ColumnHash> hashes_;
  ShardWriter shards_;
  uint64_t rows_ = 0;
  std::shared_ptr<arrow::RecordBatch> last_;  // the last row so far
  uint64_t failed_ = 0;
  Hasher failures_;
  std::map<std::string, uint64_t> rejected_;
};

}  // namespace almanac
