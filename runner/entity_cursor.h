// EntityCursor: walks one day of a table that is keyed by the entity, entity by entity.
//
// Rows are streamed: beside the rows that were taken and not yet collected it holds one batch of
// the reader. Where the rows are not sorted by the key it reads the day as a whole and sorts it
// (stable); when it sees that only after its first batch, it gives up with `disordered` set, and
// the caller begins again with `in_memory`.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "runner/execute.h"

namespace arrow {
class Array;
class RecordBatch;
class RecordBatchReader;
}  // namespace arrow

namespace almanac {

// One of the two is in use; texts compare by their bytes.
struct EntityKey {
  int64_t number = 0;
  std::string_view text;
  auto operator<=>(const EntityKey&) const = default;
};

class EntityCursor {
 public:
  // `read` and `day` (present) outlive the cursor. `key`: the entity's column, int64 or string.
  EntityCursor(const Calculation::Read* read, const InputDay* day, const Calculation::Column& key,
               bool in_memory);

  // Moves to the first entity.
  Result<void> open();

  bool done() const { return next_run_ == runs_.size(); }
  // Of the current entity; valid until its rows are collected.
  const EntityKey& key() const { return runs_[next_run_].key; }
  // Takes the rows of the current entity, moves to the next one and returns how many they were.
  Result<int64_t> take();

  // The rows taken since the last call, as the read's columns, and empty arrays if there are none.
  Result<std::vector<std::shared_ptr<arrow::Array>>> collect();

  bool disordered() const { return disordered_; }
  // Whether rows were read since the last call.
  bool grew() { return std::exchange(grew_, false); }

 private:
  struct Run {
    EntityKey key;
    int64_t begin, end;
  };
  struct Piece {
    std::shared_ptr<arrow::RecordBatch> batch;
    int64_t begin, end;
  };

  Result<void> advance();  // to the next batch of the reader
  Result<void> read_all();
  Result<bool> split(const std::shared_ptr<arrow::RecordBatch>& batch);
  Error problem(const std::string& message) const;

  const Calculation::Read* read_;
  const InputDay* day_;
  bool in_memory_;
  std::vector<Calculation::Column> columns_;
  int key_column_;
  std::shared_ptr<arrow::RecordBatchReader> reader_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  std::vector<Run> runs_;  // of batch_
  size_t next_run_ = 0;
  std::vector<Piece> taken_;
  int64_t last_number_ = 0;  // the key of the last run of the batch before
  std::string last_text_;
  bool first_ = true, disordered_ = false, grew_ = false;
};

}  // namespace almanac
