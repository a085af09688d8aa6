#include "runner/shard_writer.h"

#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/util/byte_size.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "core/base/check.h"
#include "runner/hashing_file.h"

namespace almanac {

namespace {

constexpr int64_t kGroupRows = 128 << 10;
constexpr int64_t kGroupBytes = 16 << 20;
constexpr int64_t kCompressColumnBytes = 1024;  // below it a column does not get smaller
constexpr int kZstdLevel = 1;

int64_t bytes_of(const arrow::RecordBatch& rows) {
  const auto bytes = arrow::util::ReferencedBufferSize(rows);
  CHECK(bytes.ok(), "columns of declared types have a size");
  return *bytes;
}

// Parquet throws out of its writers where Arrow returns a Status.
template <class Write>
MaybeFailure guarded(Write write) try {
  const arrow::Status status = write();
  if (!status.ok()) return store_failure(status.message());
  return {};
} catch (const std::exception& exception) {
  return store_failure(exception.what());
}

// Numbers hardly repeat; texts do.
std::shared_ptr<parquet::WriterProperties> properties_of(const arrow::Schema& schema,
                                                         bool compress) {
  parquet::WriterProperties::Builder builder;
  builder.disable_dictionary();
  for (const auto& field : schema.fields()) {
    if (field->type()->id() == arrow::Type::STRING) builder.enable_dictionary(field->name());
  }
  if (compress) builder.compression(parquet::Compression::ZSTD)->compression_level(kZstdLevel);
  return builder.build();
}

}  // namespace

ShardWriter::ShardWriter(std::shared_ptr<arrow::Schema> schema, const Limits& limits,
                         StagePath stage, std::string name)
    : schema_(std::move(schema)),
      limits_(limits),
      stage_(std::move(stage)),
      name_(std::move(name)),
      group_bytes_(static_cast<int64_t>(std::min<uint64_t>(kGroupBytes, limits.shard_bytes))) {}

ShardWriter::~ShardWriter() {
  guarded([&] {
    writer_.reset();
    return arrow::Status::OK();
  });
  for (const std::string& path : paths_) ::unlink(path.c_str());
}

MaybeFailure ShardWriter::write(std::shared_ptr<arrow::RecordBatch> rows) {
  while (rows->num_rows() > 0) {
    const int64_t bytes = bytes_of(*rows);
    const double fits = static_cast<double>(group_bytes_ - waiting_bytes_) /
                        static_cast<double>(std::max<int64_t>(bytes, 1));
    const int64_t room =
        static_cast<int64_t>(std::min(fits, 1.0) * static_cast<double>(rows->num_rows()));
    const int64_t take = std::clamp<int64_t>(std::min(room, kGroupRows - waiting_rows_),
                                             waiting_rows_ == 0 ? 1 : 0, rows->num_rows());
    if (take > 0) {
      waiting_.push_back(take == rows->num_rows() ? rows : rows->Slice(0, take));
      waiting_rows_ += take;
      waiting_bytes_ += take == rows->num_rows() ? bytes : bytes_of(*waiting_.back());
      if (take == rows->num_rows()) return {};
      rows = rows->Slice(take);
    }
    if (auto failure = flush()) return failure;
  }
  return {};
}

MaybeFailure ShardWriter::flush() {
  if (waiting_.empty()) return {};
  const auto position = writer_ ? file_->staged().blob.bytes : 0;
  if (writer_ && position + static_cast<uint64_t>(waiting_bytes_) > limits_.shard_bytes) {
    if (auto failure = close()) return failure;
  }
  if (!writer_) {
    if (auto failure = open(waiting_bytes_ >= kCompressColumnBytes * schema_->num_fields())) {
      return failure;
    }
  }
  const auto rows = std::exchange(waiting_, {});
  waiting_rows_ = waiting_bytes_ = 0;
  return guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto table, arrow::Table::FromRecordBatches(schema_, rows));
    return writer_->WriteTable(*table, table->num_rows());
  });
}

MaybeFailure ShardWriter::finish() {
  if (auto failure = flush()) return failure;
  if (files_.empty() && !writer_) {
    if (auto failure = open(false)) return failure;
  }
  return writer_ ? close() : MaybeFailure();
}

MaybeFailure ShardWriter::open(bool compress) {
  if (files_.size() == limits_.max_shards) {
    return Failure{"SHARDING_LIMIT_EXCEEDED",
                   "the result needs more than " + std::to_string(limits_.max_shards) +
                       " files of " + std::to_string(limits_.shard_bytes) +
                       " bytes; put out less, or raise the limit",
                   "store", true, false};
  }
  const std::string path = stage_(name_ + "-" + std::to_string(files_.size()) + ".parquet");
  return guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(file_, HashingFile::create(path));
    paths_.push_back(path);
    ARROW_ASSIGN_OR_RAISE(
        writer_, parquet::arrow::FileWriter::Open(*schema_, arrow::default_memory_pool(), file_,
                                                  properties_of(*schema_, compress)));
    return arrow::Status::OK();
  });
}

MaybeFailure ShardWriter::close() {
  auto failure = guarded([&]() -> arrow::Status {
    ARROW_RETURN_NOT_OK(writer_->Close());
    return file_->Close();
  });
  writer_.reset();
  if (failure) return failure;
  files_.push_back(file_->staged());
  return {};
}

std::vector<StagedFile> ShardWriter::take_files() {
  paths_.clear();
  return std::exchange(files_, {});
}

}  // namespace almanac
