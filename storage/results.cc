#include "storage/results.h"

#include <arrow/io/file.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <parquet/arrow/reader.h>

#include <functional>
#include <list>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

namespace almanac {

namespace {

constexpr uint64_t kSmallFileBytes = 1 << 20;
constexpr uint64_t kCacheBytes = 64 << 20;
constexpr uint64_t kTableOverheadBytes = 4096;
constexpr int64_t kBatchRows = 64 << 10;

Error arrow_error(const std::string& path, const arrow::Status& status) {
  return data_error("cannot read result " + path + ": " + status.ToString());
}

// One shard after the other, each opened when its turn comes.
class ShardReader : public arrow::RecordBatchReader {
 public:
  using Open = std::function<Result<std::shared_ptr<arrow::RecordBatchReader>>(size_t shard)>;
  ShardReader(std::shared_ptr<arrow::Schema> schema, size_t shards, Open open)
      : schema_(std::move(schema)), shards_(shards), open_(std::move(open)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    for (;;) {
      if (current_) {
        ARROW_RETURN_NOT_OK(current_->ReadNext(batch));
        if (*batch) return arrow::Status::OK();
        current_.reset();
      }
      *batch = nullptr;
      if (next_ == shards_) return arrow::Status::OK();
      auto opened = open_(next_++);
      if (!opened.ok()) return arrow::Status::IOError(opened.error().message);
      current_ = std::move(*opened);
    }
  }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  size_t shards_, next_ = 0;
  Open open_;
  std::shared_ptr<arrow::RecordBatchReader> current_;
};

class OneBatch : public arrow::RecordBatchReader {
 public:
  explicit OneBatch(std::shared_ptr<arrow::RecordBatch> batch)
      : schema_(batch->schema()), batch_(std::move(batch)) {}
  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    *batch = std::move(batch_);
    batch_ = nullptr;
    return arrow::Status::OK();
  }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<arrow::RecordBatch> batch_;
};

bool same_columns(const arrow::Schema& schema, const std::vector<Calculation::Column>& columns) {
  if (schema.num_fields() != static_cast<int>(columns.size())) return false;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (schema.field(static_cast<int>(i))->name() != columns[i].name) return false;
  }
  return true;
}

Result<std::vector<int>> positions(const arrow::Schema& schema,
                                   const std::vector<Calculation::Column>& columns,
                                   const std::string& path) {
  std::vector<int> found;
  for (const auto& column : columns) {
    const int index = schema.GetFieldIndex(column.name);
    if (index < 0) return data_error("result " + path + " has no column '" + column.name + "'");
    found.push_back(index);
  }
  return found;
}

}  // namespace

struct Results::Impl {
  explicit Impl(Store* store) : store(store) {}

  Store* store;
  std::mutex mutex;
  std::vector<StagedFile> staged;
  std::vector<StagedFile> refused;                            // by the store
  std::unordered_map<std::string, std::string> staged_paths;  // by SHA-256
  std::unordered_set<std::string> verified;

  // Decoded small files, the most recently used first. A file is asked for with few sets of
  // columns, again and again by windows: these projections are kept with it.
  struct Decoded {
    std::shared_ptr<arrow::RecordBatch> whole;
    std::vector<std::shared_ptr<arrow::RecordBatch>> projections;
  };
  struct Entry {
    std::string sha256;
    Decoded decoded;
    uint64_t bytes;
  };
  std::list<Entry> cache;
  std::unordered_map<std::string, std::list<Entry>::iterator> cached;
  uint64_t cache_bytes = 0;

  // The kept projection, or null; `whole` is set when at least the file is decoded.
  std::shared_ptr<arrow::RecordBatch> find(const std::string& sha256,
                                           const std::vector<Calculation::Column>& columns,
                                           std::shared_ptr<arrow::RecordBatch>* whole) {
    std::lock_guard lock(mutex);
    const auto found = cached.find(sha256);
    if (found == cached.end()) return nullptr;
    cache.splice(cache.begin(), cache, found->second);
    *whole = found->second->decoded.whole;
    for (const auto& projection : found->second->decoded.projections) {
      if (same_columns(*projection->schema(), columns)) return projection;
    }
    return nullptr;
  }

  void insert(const Blob& blob, std::shared_ptr<arrow::RecordBatch> whole,
              std::shared_ptr<arrow::RecordBatch> projection) {
    std::lock_guard lock(mutex);
    const auto found = cached.find(blob.sha256);
    if (found != cached.end()) {
      found->second->decoded.projections.push_back(std::move(projection));
      return;
    }
    const uint64_t bytes = blob.bytes * 2 + kTableOverheadBytes;
    cache.push_front({blob.sha256, {std::move(whole), {std::move(projection)}}, bytes});
    cached[blob.sha256] = cache.begin();
    cache_bytes += bytes;
    while (cache_bytes > kCacheBytes) {
      cache_bytes -= cache.back().bytes;
      cached.erase(cache.back().sha256);
      cache.pop_back();
    }
  }

  // Opens a blob where it is now, verified.
  Result<std::shared_ptr<arrow::io::ReadableFile>> open_file(const Blob& blob, std::string* path) {
    bool known = false;
    {
      std::lock_guard lock(mutex);
      const auto found = staged_paths.find(blob.sha256);
      *path = found != staged_paths.end() ? found->second : store->path(blob);
      known = found != staged_paths.end() || verified.contains(blob.sha256);
    }
    if (!known) {
      TRY_VOID(store->check(blob));
      std::lock_guard lock(mutex);
      verified.insert(blob.sha256);
    }
    auto file = arrow::io::ReadableFile::Open(*path);
    if (!file.ok()) {  // kept meanwhile
      *path = store->path(blob);
      file = arrow::io::ReadableFile::Open(*path);
    }
    if (!file.ok()) return arrow_error(*path, file.status());
    return *file;
  }

  Result<std::unique_ptr<parquet::arrow::FileReader>> open_parquet(const Blob& blob,
                                                                   std::string* path) {
    TRY(auto file, open_file(blob, path));
    parquet::ReaderProperties file_properties = parquet::default_reader_properties();
    parquet::ArrowReaderProperties properties(/*use_threads=*/false);
    properties.set_batch_size(kBatchRows);
    properties.set_pre_buffer(false);  // which would hold all of a file
    file_properties.enable_buffered_stream();
    parquet::arrow::FileReaderBuilder builder;
    if (auto status = builder.Open(file, file_properties); !status.ok()) {
      return arrow_error(*path, status);
    }
    auto reader = builder.properties(properties)->Build();
    if (!reader.ok()) return arrow_error(*path, reader.status());
    return std::move(*reader);
  }

  Result<std::shared_ptr<arrow::RecordBatchReader>> open_shard(
      const Blob& blob, const std::vector<Calculation::Column>& columns) {
    std::string path = blob.sha256;
    if (blob.bytes <= kSmallFileBytes) {
      std::shared_ptr<arrow::RecordBatch> whole;
      auto projection = find(blob.sha256, columns, &whole);
      if (!projection) {
        if (!whole) {
          TRY(whole, decode(blob, &path));
        }
        TRY(const auto indices, positions(*whole->schema(), columns, path));
        auto projected = whole->SelectColumns(indices);
        if (!projected.ok()) return arrow_error(path, projected.status());
        projection = std::move(*projected);
        insert(blob, std::move(whole), projection);
      }
      return std::shared_ptr<arrow::RecordBatchReader>(
          std::make_shared<OneBatch>(std::move(projection)));
    }
    TRY(auto reader, open_parquet(blob, &path));
    std::shared_ptr<arrow::Schema> schema;
    if (auto status = reader->GetSchema(&schema); !status.ok()) return arrow_error(path, status);
    TRY(const auto indices, positions(*schema, columns, path));
    std::vector<int> groups(static_cast<size_t>(reader->num_row_groups()));
    for (size_t i = 0; i < groups.size(); ++i) groups[i] = static_cast<int>(i);
    auto batches = reader->GetRecordBatchReader(groups, indices);  // a column is one Parquet leaf
    if (!batches.ok()) return arrow_error(path, batches.status());
    std::shared_ptr<parquet::arrow::FileReader> owner = std::move(reader);
    return std::shared_ptr<arrow::RecordBatchReader>(
        std::make_shared<Reordered>(std::move(owner), std::move(*batches), columns));
  }

  Result<std::shared_ptr<arrow::RecordBatch>> decode(const Blob& blob, std::string* path) {
    TRY(auto reader, open_parquet(blob, path));
    auto table = reader->ReadTable();
    if (!table.ok()) return arrow_error(*path, table.status());
    auto batch = (*table)->CombineChunksToBatch();
    if (!batch.ok()) return arrow_error(*path, batch.status());
    return std::move(*batch);
  }

  // Batches with their columns in the order of the declaration instead of the file's.
  class Reordered : public arrow::RecordBatchReader {
   public:
    Reordered(std::shared_ptr<parquet::arrow::FileReader> owner,
              std::shared_ptr<arrow::RecordBatchReader> batches,
              const std::vector<Calculation::Column>& columns)
        : owner_(std::move(owner)), batches_(std::move(batches)) {
      std::vector<std::shared_ptr<arrow::Field>> fields;
      for (const auto& column : columns) {
        indices_.push_back(batches_->schema()->GetFieldIndex(column.name));
        fields.push_back(batches_->schema()->field(indices_.back()));
      }
      schema_ = arrow::schema(fields);
    }
    std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
    arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
      std::shared_ptr<arrow::RecordBatch> next;
      ARROW_RETURN_NOT_OK(batches_->ReadNext(&next));
      if (!next) {
        *batch = nullptr;
        return arrow::Status::OK();
      }
      std::vector<std::shared_ptr<arrow::Array>> arrays;
      for (int index : indices_) arrays.push_back(next->column(index));
      *batch = arrow::RecordBatch::Make(schema_, next->num_rows(), std::move(arrays));
      return arrow::Status::OK();
    }

   private:
    std::shared_ptr<parquet::arrow::FileReader> owner_;
    std::shared_ptr<arrow::RecordBatchReader> batches_;
    std::vector<int> indices_;
    std::shared_ptr<arrow::Schema> schema_;
  };
};

Results::Results(Store* store) : impl_(std::make_unique<Impl>(store)) {}
Results::~Results() {
  std::lock_guard lock(impl_->mutex);
  for (const auto* files : {&impl_->staged, &impl_->refused}) {
    for (const StagedFile& file : *files) std::remove(file.path.c_str());
  }
}

void Results::add_staged(const std::vector<StagedFile>& files) {
  std::lock_guard lock(impl_->mutex);
  for (const auto& file : files) {
    impl_->staged.push_back(file);
    impl_->staged_paths[file.blob.sha256] = file.path;
  }
}

Result<void> Results::keep_staged() {
  std::vector<StagedFile> files;
  {
    std::lock_guard lock(impl_->mutex);
    files.swap(impl_->staged);
  }
  const auto kept = impl_->store->keep(files);
  std::lock_guard lock(impl_->mutex);
  if (!kept.ok()) {
    std::move(files.begin(), files.end(), std::back_inserter(impl_->refused));
    return kept.error();
  }
  for (const auto& file : files) {
    impl_->staged_paths.erase(file.blob.sha256);
    impl_->verified.insert(file.blob.sha256);
  }
  return {};
}

Result<std::shared_ptr<arrow::RecordBatchReader>> Results::open(
    const ResultRecord& result, const std::vector<Calculation::Column>& columns) {
  if (result.shards.empty()) return data_error("a result without shards was recorded");
  TRY(auto first, impl_->open_shard(result.shards[0], columns));
  if (result.shards.size() == 1) return first;
  auto schema = first->schema();
  return std::shared_ptr<arrow::RecordBatchReader>(std::make_shared<ShardReader>(
      schema, result.shards.size(), [this, result, columns](size_t shard) {
        return impl_->open_shard(result.shards[shard], columns);
      }));
}

}  // namespace almanac
