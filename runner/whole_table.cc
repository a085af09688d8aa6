#include "runner/whole_table.h"

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <string>
#include <utility>

#include "columns/cast.h"

namespace almanac {

namespace {

Error unreadable(const Calculation::Read& read, Date date, const std::string& message) {
  return data_error((read.name.empty() ? "own result of " : read.name + " of ") + date.str() +
                    " cannot be read: " + message);
}

// Names of list elements and their nullability differ from writer to writer and do not matter.
bool same_form(const arrow::DataType& a, const arrow::DataType& b) {
  if (a.id() != b.id() || a.num_fields() != b.num_fields()) return false;
  for (int i = 0; i < a.num_fields(); ++i) {
    if (!same_form(*a.field(i)->type(), *b.field(i)->type())) return false;
  }
  return true;
}

}  // namespace

Result<std::shared_ptr<arrow::RecordBatchReader>> open_day(
    const Calculation::Read& read, const InputDay& day,
    const std::vector<Calculation::Column>& columns) {
  auto reader = day.open(columns);
  if (!reader.ok()) return unreadable(read, day.date, reader.error().message);
  const auto found = (*reader)->schema();
  const auto expected = arrow_schema(columns);
  bool same = found->num_fields() == expected->num_fields();
  for (int i = 0; same && i < found->num_fields(); ++i) {
    same = found->field(i)->name() == expected->field(i)->name() &&
           same_form(*found->field(i)->type(), *expected->field(i)->type());
  }
  if (same) return reader;
  return unreadable(read, day.date,
                    "expected " + expected->ToString() + ", found " + found->ToString());
}

Result<std::shared_ptr<arrow::RecordBatch>> next_batch(arrow::RecordBatchReader& reader,
                                                       const Calculation::Read& read, Date date) {
  for (;;) {
    std::shared_ptr<arrow::RecordBatch> batch;
    const arrow::Status status = reader.ReadNext(&batch);
    if (!status.ok()) return unreadable(read, date, status.message());
    if (batch == nullptr || batch->num_rows() > 0) return batch;
  }
}

Result<std::shared_ptr<arrow::RecordBatch>> join(
    const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches) {
  if (batches.size() == 1) return batches[0];
  const auto joined = arrow::ConcatenateRecordBatches(batches);
  if (!joined.ok()) return data_error(joined.status().message());
  return *joined;
}

Result<ReadTables> read_whole(const Calculation::Read& read, const Input& input) {
  ReadTables tables;
  for (const InputDay& day : input.days) {
    DayTable& table = tables.emplace_back();
    table.date = day.date;
    if (!day.open) continue;
    table.present = true;
    TRY(const auto reader, open_day(read, day, read.columns));
    std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
    for (;;) {
      TRY(auto batch, next_batch(*reader, read, day.date));
      if (batch == nullptr) break;
      table.rows += batch->num_rows();
      batches.push_back(std::move(batch));
    }
    if (batches.empty()) {
      const auto empty = arrow::RecordBatch::MakeEmpty(arrow_schema(read.columns));
      CHECK(empty.ok(), "an empty table of declared columns can be made");
      batches.push_back(*empty);
    }
    const auto whole = join(batches);
    if (!whole.ok()) return unreadable(read, day.date, whole.error().message);
    table.columns = (*whole)->columns();
  }
  return tables;
}

}  // namespace almanac
