#include "tools/almanac/row_difference.h"

#include <arrow/api.h>

#include "runner/canonical.h"
#include "tools/almanac/arrow_json.h"

namespace almanac {

namespace {

using nlohmann::json;
using Batch = std::shared_ptr<arrow::RecordBatch>;

// A place in a stream of rows.
class Cursor {
 public:
  Cursor(std::shared_ptr<arrow::RecordBatchReader> reader, const RowOrder* order)
      : reader_(std::move(reader)), order_(order) {}

  Result<void> next() {
    const Batch before = batch_;
    const int64_t last = row_;
    ++row_;
    while (!at_end_ && (batch_ == nullptr || row_ == batch_->num_rows())) {
      if (const auto status = reader_->ReadNext(&batch_); !status.ok()) {
        return data_error("a result cannot be read: " + status.message());
      }
      row_ = 0;
      at_end_ = batch_ == nullptr;
    }
    if (at_end_) return {};
    ++rows_;
    const bool checked = before != nullptr && !order_->empty();
    if (checked && order_->compare(*before, last, *batch_, row_) >= 0) in_order_ = false;
    return {};
  }

  bool at_end() const { return at_end_; }
  bool in_order() const { return in_order_; }  // each row so far is after the one before
  int64_t rows() const { return rows_; }
  const arrow::RecordBatch& batch() const { return *batch_; }
  int64_t row() const { return row_; }
  json value(size_t column) const {
    return json_at(*batch_->column(static_cast<int>(column)), row_);
  }

 private:
  std::shared_ptr<arrow::RecordBatchReader> reader_;
  const RowOrder* order_;
  Batch batch_;
  int64_t row_ = -1, rows_ = 0;
  bool at_end_ = false, in_order_ = true;
};

class Comparison {
 public:
  Comparison(const std::vector<Calculation::Output>& columns, size_t most)
      : columns_(columns), most_(most) {
    while (keys_ < columns.size() && columns[keys_].key) ++keys_;
    for (size_t i = keys_; i < columns.size(); ++i) out_.columns.emplace_back(columns[i].name);
  }

  void both(const Cursor& stored, const Cursor& computed) {
    RowDifference::Row row{json::object(), json::object()};
    bool differs = false;
    for (size_t i = keys_; i < columns_.size(); ++i) {
      const auto& old_values = *stored.batch().column(static_cast<int>(i));
      const auto& new_values = *computed.batch().column(static_cast<int>(i));
      ColumnDifference& column = out_.columns[i - keys_];
      if (!column.add(old_values, stored.row(), new_values, computed.row())) continue;
      differs = true;
      if (out_.first.size() == most_) continue;
      row.values[column.name()] = {{"stored", stored.value(i)}, {"computed", computed.value(i)}};
    }
    if (!differs) return;
    ++out_.differing;
    if (out_.first.size() == most_) return;
    row.key = key_of(computed);
    out_.first.push_back(std::move(row));
  }

  void one(const Cursor& cursor, int64_t* count, std::vector<RowDifference::Row>* first) const {
    ++*count;
    if (first->size() == most_) return;
    json values = json::object();
    for (size_t i = keys_; i < columns_.size(); ++i) values[columns_[i].name] = cursor.value(i);
    first->push_back({key_of(cursor), std::move(values)});
  }
  void added(const Cursor& cursor) { one(cursor, &out_.added, &out_.first_added); }
  void removed(const Cursor& cursor) { one(cursor, &out_.removed, &out_.first_removed); }

  RowDifference& out() { return out_; }

 private:
  json key_of(const Cursor& cursor) const {
    json key = json::object();
    for (size_t i = 0; i < keys_; ++i) key[columns_[i].name] = cursor.value(i);
    if (keys_ == 0) key["row"] = cursor.rows();
    return key;
  }

  const std::vector<Calculation::Output>& columns_;
  const size_t most_;
  size_t keys_ = 0;
  RowDifference out_;
};

}  // namespace

Result<RowDifference> compare_rows(std::shared_ptr<arrow::RecordBatchReader> stored,
                                   std::shared_ptr<arrow::RecordBatchReader> computed,
                                   const std::vector<Calculation::Output>& columns, size_t most) {
  const RowOrder order(columns);
  Cursor left(std::move(stored), &order), right(std::move(computed), &order);
  Comparison comparison(columns, most);
  TRY_VOID(left.next());
  TRY_VOID(right.next());
  while (!left.at_end() || !right.at_end()) {
    int which = 0;  // negative: only the stored result has the next row
    if (left.at_end() || right.at_end()) {
      which = left.at_end() ? 1 : -1;
    } else if (!order.empty()) {
      which = order.compare(left.batch(), left.row(), right.batch(), right.row());
    }
    if (which < 0) comparison.removed(left);
    if (which > 0) comparison.added(right);
    if (which == 0) comparison.both(left, right);
    if (which <= 0) TRY_VOID(left.next());
    if (which >= 0) TRY_VOID(right.next());
  }
  RowDifference out = std::move(comparison.out());
  out.stored = left.rows();
  out.computed = right.rows();
  out.unmatched = !left.in_order() || !right.in_order();
  return out;
}

}  // namespace almanac
