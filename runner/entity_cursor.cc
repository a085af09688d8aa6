#include "runner/entity_cursor.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <utility>

#include "columns/cast.h"
#include "columns/reorder.h"
#include "runner/whole_table.h"

namespace almanac {

namespace {

EntityKey key_at(const arrow::Array& keys, int64_t row) {
  if (keys.type_id() == arrow::Type::INT64) {
    return {static_cast<const arrow::Int64Array&>(keys).Value(row), {}};
  }
  return {0, static_cast<const arrow::StringArray&>(keys).GetView(row)};
}

// Calls `run(begin, end)` for each stretch of equal keys; returns whether they ascend.
template <class Keys, class Run>
bool for_each_run(const Keys& keys, Run run) {
  bool ascending = true;
  int64_t begin = 0;
  for (int64_t i = 1; i < keys.length(); ++i) {
    const auto before = keys.GetView(i - 1), now = keys.GetView(i);
    if (now == before) continue;
    ascending &= before < now;
    run(begin, i);
    begin = i;
  }
  if (begin < keys.length()) run(begin, keys.length());
  return ascending;
}

template <class Keys>
Result<std::shared_ptr<arrow::RecordBatch>> sorted_by(
    const std::shared_ptr<arrow::RecordBatch>& rows, const arrow::Array& array) {
  const auto& keys = static_cast<const Keys&>(array);
  return sorted_rows(rows, [&](int64_t a, int64_t b) { return keys.GetView(a) < keys.GetView(b); });
}

}  // namespace

EntityCursor::EntityCursor(const Calculation::Read* read, const InputDay* day,
                           const Calculation::Column& key, bool in_memory)
    : read_(read), day_(day), in_memory_(in_memory), columns_(read->columns) {
  const auto same = std::find_if(columns_.begin(), columns_.end(), [&](const auto& column) {
    return column.name == key.name && column.type == key.type;
  });
  key_column_ = static_cast<int>(same - columns_.begin());
  if (same == columns_.end()) columns_.push_back(key);
}

Error EntityCursor::problem(const std::string& message) const {
  return data_error((read_->name.empty() ? "own result" : read_->name) + " of " + day_->date.str() +
                    ": " + message);
}

Result<void> EntityCursor::open() {
  TRY(reader_, open_day(*read_, *day_, columns_));
  return in_memory_ ? read_all() : advance();
}

Result<void> EntityCursor::advance() {
  if (!runs_.empty()) {
    last_number_ = runs_.back().key.number;
    last_text_ = runs_.back().key.text;
  }
  runs_.clear();
  next_run_ = 0;
  batch_ = nullptr;
  if (reader_ == nullptr) return {};
  TRY(auto batch, next_batch(*reader_, *read_, day_->date));
  if (batch == nullptr) return {};
  TRY(const bool ascending, split(batch));
  const bool first = std::exchange(first_, false);
  if (ascending && (first || EntityKey{last_number_, last_text_} <= runs_[0].key)) return {};
  if (first) return read_all();
  disordered_ = true;
  return problem("rows are not sorted by " + columns_[static_cast<size_t>(key_column_)].name);
}

Result<void> EntityCursor::read_all() {
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  if (batch_ != nullptr) batches.push_back(batch_);
  for (;;) {
    TRY(auto batch, next_batch(*reader_, *read_, day_->date));
    if (batch == nullptr) break;
    batches.push_back(std::move(batch));
  }
  reader_ = nullptr;
  if (batches.empty()) return {};
  const auto whole = join(batches);
  if (!whole.ok()) return problem(whole.error().message);
  batches.clear();
  TRY(const bool ascending, split(*whole));
  if (ascending) return {};
  const arrow::Array& keys = *(*whole)->column(key_column_);
  const auto in_order = keys.type_id() == arrow::Type::INT64
                            ? sorted_by<arrow::Int64Array>(*whole, keys)
                            : sorted_by<arrow::StringArray>(*whole, keys);
  if (!in_order.ok()) return problem(in_order.error().message);
  TRY_VOID(split(*in_order));
  return {};
}

// Makes `batch` the current one; returns whether its keys ascend.
Result<bool> EntityCursor::split(const std::shared_ptr<arrow::RecordBatch>& batch) {
  batch_ = batch;
  grew_ = true;
  runs_.clear();
  const arrow::Array& keys = *batch->column(key_column_);
  if (keys.null_count() > 0) {
    return problem(std::to_string(keys.null_count()) + " rows have no " +
                   columns_[static_cast<size_t>(key_column_)].name +
                   "; expected one in every row of a table keyed by it");
  }
  const auto add = [&](int64_t begin, int64_t end) {
    runs_.push_back({key_at(keys, begin), begin, end});
  };
  return keys.type_id() == arrow::Type::INT64
             ? for_each_run(static_cast<const arrow::Int64Array&>(keys), add)
             : for_each_run(static_cast<const arrow::StringArray&>(keys), add);
}

Result<int64_t> EntityCursor::take() {
  int64_t rows = 0;
  for (bool same = true; same;) {
    const Run run = runs_[next_run_];
    if (!taken_.empty() && taken_.back().batch == batch_)
      taken_.back().end = run.end;
    else
      taken_.push_back({batch_, run.begin, run.end});
    rows += run.end - run.begin;
    if (++next_run_ < runs_.size()) break;
    TRY_VOID(advance());  // the entity's rows may go on in the next batch
    same = !done() && key() == run.key;
  }
  return rows;
}

Result<std::vector<std::shared_ptr<arrow::Array>>> EntityCursor::collect() {
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  for (const Piece& piece : taken_) {
    batches.push_back(piece.batch->Slice(piece.begin, piece.end - piece.begin));
  }
  taken_.clear();
  if (batches.empty()) {
    const auto empty = arrow::RecordBatch::MakeEmpty(arrow_schema(columns_));
    CHECK(empty.ok(), "an empty table of declared columns can be made");
    batches.push_back(*empty);
  }
  const auto rows = join(batches);
  if (!rows.ok()) return problem(rows.error().message);
  auto columns = (*rows)->columns();
  columns.resize(read_->columns.size());
  return columns;
}

}  // namespace almanac
