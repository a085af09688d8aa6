#include "storage/table_file.h"

#include <arrow/csv/api.h>
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <arrow/record_batch.h>
#include <fcntl.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/file_reader.h>
#include <parquet/properties.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <system_error>

#include "columns/csv_text.h"
#include "core/base/names.h"
#include "core/base/nearest.h"

namespace almanac {

namespace {

using BatchReader = std::shared_ptr<arrow::RecordBatchReader>;
using Columns = std::vector<std::string>;

constexpr std::array<std::string_view, 5> kEndings = {".parquet", ".arrow", ".feather", ".ipc",
                                                      ".csv"};

// Holds what a stream reads from, and turns exceptions of a decoder into a Status.
class GuardedReader : public arrow::RecordBatchReader {
 public:
  // `rows`: how many the file promises, below 0 where it does not say.
  GuardedReader(std::shared_ptr<void> owner, BatchReader reader, int64_t rows = -1)
      : owner_(std::move(owner)), reader_(std::move(reader)), promised_(rows) {}

  std::shared_ptr<arrow::Schema> schema() const override { return reader_->schema(); }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override try {
    arrow::Status status = reader_->ReadNext(batch);
    if (!status.ok()) return damaged(status.message());
    if (*batch != nullptr) {
      found_ += (*batch)->num_rows();
    } else if (promised_ >= 0 && found_ != promised_) {
      return damaged(std::to_string(found_) + " rows where its footer says " +
                     std::to_string(promised_));
    }
    return status;
  } catch (const std::exception& exception) {
    return damaged(exception.what());
  }

 private:
  static arrow::Status damaged(const std::string& found) {
    return arrow::Status::IOError("cannot be read to its end; found: ", found);
  }

  std::shared_ptr<void> owner_;
  BatchReader reader_;
  int64_t promised_, found_ = 0;
};

// An IPC file is not checked by decoding it, so every batch is validated.
class IpcReader : public arrow::RecordBatchReader {
 public:
  explicit IpcReader(std::shared_ptr<arrow::ipc::RecordBatchFileReader> file)
      : file_(std::move(file)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return file_->schema(); }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    batch->reset();
    if (next_ == file_->num_record_batches()) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(*batch, file_->ReadRecordBatch(next_++));
    return (*batch)->ValidateFull();
  }

 private:
  std::shared_ptr<arrow::ipc::RecordBatchFileReader> file_;
  int next_ = 0;
};

// Some columns of a CSV file.
class CsvReader : public arrow::RecordBatchReader {
 public:
  CsvReader(BatchReader texts, std::vector<int> indices)
      : texts_(std::move(texts)), indices_(std::move(indices)) {
    arrow::FieldVector fields;
    for (const int i : indices_) {
      fields.push_back(arrow::field(texts_->schema()->field(i)->name(), csv_text()));
    }
    schema_ = arrow::schema(std::move(fields));
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    ARROW_RETURN_NOT_OK(texts_->ReadNext(batch));
    if (*batch == nullptr) return arrow::Status::OK();
    arrow::ArrayVector columns;
    for (const int i : indices_) columns.push_back(as_csv_text((*batch)->column(i)));
    *batch = arrow::RecordBatch::Make(schema_, (*batch)->num_rows(), std::move(columns));
    return arrow::Status::OK();
  }

 private:
  BatchReader texts_;
  std::vector<int> indices_;
  std::shared_ptr<arrow::Schema> schema_;
};

Result<void> check_columns(const Columns& names, const Columns* wanted) {
  const std::set<std::string> known(names.begin(), names.end());
  for (size_t i = 0; known.size() < names.size() && i < names.size(); ++i) {
    if (std::count(names.begin(), names.end(), names[i]) > 1) {
      return data_error("has the column " + in_quotes(names[i]) +
                        " twice; expected different names");
    }
  }
  if (wanted == nullptr) return {};
  for (const std::string& name : *wanted) {
    if (known.contains(name)) continue;
    return data_error("has no column " + in_quotes(name) +
                      (names.empty() ? "" : "; the nearest is " + in_quotes(nearest(name, names))));
  }
  return {};
}

// What the file was expected to be and what its reader found instead.
Error unreadable(const char* kind, const arrow::Status& status) {
  return data_error(std::string("cannot be read; expected ") + kind +
                    ", found: " + status.message());
}

// Why a file cannot be opened has nothing to do with what it should hold.
Result<std::shared_ptr<arrow::io::ReadableFile>> open_file(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return data_error("cannot be opened: " + std::generic_category().message(errno));
  }
  auto file = arrow::io::ReadableFile::Open(descriptor);  // closes it
  if (!file.ok()) return data_error("cannot be opened: " + file.status().message());
  return std::move(*file);
}

bool wanted(const Columns* columns, const std::string& name) {
  return columns == nullptr || std::find(columns->begin(), columns->end(), name) != columns->end();
}

void collect_leaves(const parquet::arrow::SchemaField& field, std::vector<int>* leaves) {
  if (field.is_leaf()) leaves->push_back(field.column_index);
  for (const auto& child : field.children) collect_leaves(child, leaves);
}

Result<BatchReader> open_parquet(const std::string& path, const Columns* columns) {
  constexpr const char* kKind = "a Parquet file";
  constexpr int64_t kBufferBytes = 1 << 20;
  parquet::ReaderProperties properties;
  properties.enable_buffered_stream();
  properties.set_buffer_size(kBufferBytes);
  properties.set_page_checksum_verification(true);
  parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
  arrow_properties.set_batch_size(kBatchRows);
  arrow_properties.set_pre_buffer(false);

  parquet::arrow::FileReaderBuilder builder;
  TRY(const auto file, open_file(path));
  if (const auto opened = builder.Open(file, properties); !opened.ok()) {
    return unreadable(kKind, opened);
  }
  auto built = builder.properties(arrow_properties)->Build();
  if (!built.ok()) return unreadable(kKind, built.status());
  std::shared_ptr<parquet::arrow::FileReader> reader = std::move(*built);

  Columns names;
  std::vector<int> leaves, groups;
  for (const auto& field : reader->manifest().schema_fields) {
    names.push_back(field.field->name());
    if (wanted(columns, names.back())) collect_leaves(field, &leaves);
  }
  TRY_VOID(check_columns(names, columns));
  for (int group = 0; group < reader->num_row_groups(); ++group) groups.push_back(group);
  auto batches = reader->GetRecordBatchReader(groups, leaves);
  if (!batches.ok()) return unreadable(kKind, batches.status());
  return BatchReader(std::make_shared<GuardedReader>(
      reader, std::move(*batches), reader->parquet_reader()->metadata()->num_rows()));
}

Result<BatchReader> open_ipc(const std::string& path, const Columns* columns) {
  constexpr const char* kKind = "an Arrow IPC file";
  TRY(const auto file, open_file(path));
  arrow::ipc::IpcReadOptions options;
  options.use_threads = false;
  auto whole = arrow::ipc::RecordBatchFileReader::Open(file, options);
  if (!whole.ok()) return unreadable(kKind, whole.status());
  const auto schema = (*whole)->schema();
  TRY_VOID(check_columns(schema->field_names(), columns));
  for (int i = 0; columns != nullptr && i < schema->num_fields(); ++i) {
    if (wanted(columns, schema->field(i)->name())) options.included_fields.push_back(i);
  }
  auto reader = arrow::ipc::RecordBatchFileReader::Open(file, options);
  if (!reader.ok()) return unreadable(kKind, reader.status());
  return BatchReader(
      std::make_shared<GuardedReader>(nullptr, std::make_shared<IpcReader>(*reader)));
}

Result<BatchReader> open_csv(const std::string& path, const Columns* columns) {
  constexpr const char* kKind = "a CSV file with a header line";
  TRY(const auto file, open_file(path));
  auto read = arrow::csv::ReadOptions::Defaults();
  read.use_threads = false;
  auto convert = arrow::csv::ConvertOptions::Defaults();
  convert.default_column_type = arrow::utf8();
  convert.check_utf8 = false;  // a field that is none is no trouble to who reads others
  auto reader = arrow::csv::StreamingReader::Make(arrow::io::default_io_context(), file, read,
                                                  arrow::csv::ParseOptions::Defaults(), convert);
  if (!reader.ok()) return unreadable(kKind, reader.status());
  const Columns names = (*reader)->schema()->field_names();
  TRY_VOID(check_columns(names, columns));
  std::vector<int> indices;
  for (size_t i = 0; i < names.size(); ++i) {
    if (wanted(columns, names[i])) indices.push_back(static_cast<int>(i));
  }
  return BatchReader(std::make_shared<GuardedReader>(
      nullptr, std::make_shared<CsvReader>(std::move(*reader), std::move(indices))));
}

}  // namespace

bool has_table_ending(std::string_view pattern) {
  return pattern.ends_with('*') || pattern.ends_with('?') ||
         std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return pattern.ends_with(ending); });
}

std::string table_endings() {
  std::string text;
  for (std::string_view ending : kEndings) {
    text += text.empty() ? "" : ", ";
    text += ending;
  }
  return text;
}

Result<BatchReader> open_table(const std::string& path, const Columns* columns) try {
  if (path.ends_with(".parquet")) return open_parquet(path, columns);
  if (path.ends_with(".csv")) return open_csv(path, columns);
  if (has_table_ending(path)) return open_ipc(path, columns);
  return data_error("is of an unknown kind; expected a name that ends in one of " +
                    table_endings());
} catch (const std::exception& exception) {
  return data_error(std::string("cannot be read: ") + exception.what());
}

}  // namespace almanac
