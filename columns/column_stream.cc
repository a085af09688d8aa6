#include "columns/column_stream.h"

#include <arrow/array.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/table.h>

#include <string>
#include <utility>

#include "columns/cast.h"

namespace almanac {

namespace {

constexpr int64_t kBatchRows = 64 << 10;
constexpr const char* kField = "values";

Error trouble(const std::string& doing, const arrow::Status& status) {
  return data_error("cannot " + doing + " a decoded column: " + status.ToString());
}

class StreamWriter final : public ColumnWriter {
 public:
  StreamWriter(std::shared_ptr<arrow::Schema> schema,
               std::shared_ptr<arrow::ipc::RecordBatchWriter> writer)
      : schema_(std::move(schema)), writer_(std::move(writer)) {}

  Result<void> add(const std::shared_ptr<arrow::Array>& values) override {
    // Names and nullability of list elements differ from writer to writer and do not matter.
    auto data = values->data()->Copy();
    data->type = schema_->field(0)->type();
    const auto batch =
        arrow::RecordBatch::Make(schema_, values->length(), {arrow::MakeArray(std::move(data))});
    if (auto status = writer_->WriteRecordBatch(*batch); !status.ok()) {
      return trouble("write", status);
    }
    return {};
  }

  Result<void> close() override {
    if (auto status = writer_->Close(); !status.ok()) return trouble("write", status);
    return {};
  }

 private:
  const std::shared_ptr<arrow::Schema> schema_;
  const std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
};

}  // namespace

Result<std::unique_ptr<ColumnWriter>> ColumnWriter::open(
    Type type, std::shared_ptr<arrow::io::OutputStream> out) {
  const auto schema = arrow::schema({arrow::field(kField, arrow_type(type))});
  auto writer = arrow::ipc::MakeStreamWriter(std::move(out), schema);
  if (!writer.ok()) return trouble("write", writer.status());
  return std::unique_ptr<ColumnWriter>(std::make_unique<StreamWriter>(schema, std::move(*writer)));
}

Result<ColumnArrays> read_column(const std::shared_ptr<arrow::Buffer>& bytes, Type type) {
  auto reader =
      arrow::ipc::RecordBatchStreamReader::Open(std::make_shared<arrow::io::BufferReader>(bytes));
  if (!reader.ok()) return trouble("read", reader.status());
  const auto& schema = *(*reader)->schema();
  if (schema.num_fields() != 1 || !schema.field(0)->type()->Equals(*arrow_type(type))) {
    return data_error("a decoded column has the form " + schema.ToString() + ", expected one of " +
                      arrow_type(type)->ToString());
  }
  ColumnArrays arrays;
  for (;;) {
    std::shared_ptr<arrow::RecordBatch> batch;
    if (auto status = (*reader)->ReadNext(&batch); !status.ok()) return trouble("read", status);
    if (!batch) return arrays;
    arrays.push_back(batch->column(0));
  }
}

std::shared_ptr<arrow::RecordBatchReader> read_beside(
    const std::vector<Calculation::Column>& columns, const std::vector<ColumnArrays>& arrays,
    int64_t rows) {
  std::vector<std::shared_ptr<arrow::ChunkedArray>> chunked;
  for (size_t i = 0; i < columns.size(); ++i) {
    chunked.push_back(
        std::make_shared<arrow::ChunkedArray>(arrays[i], arrow_type(columns[i].type)));
  }
  auto reader = std::make_shared<arrow::TableBatchReader>(
      arrow::Table::Make(arrow_schema(columns), std::move(chunked), rows));
  reader->set_chunksize(kBatchRows);
  return reader;
}

}  // namespace almanac
