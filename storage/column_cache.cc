#include "storage/column_cache.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace almanac {

namespace {

constexpr uint64_t kSmallBytes = 32 << 10;
constexpr uint64_t kMemoryBytes = 64 << 20;
constexpr size_t kOpenFiles = 256;

// Of the values, and what there is of them at least.
uint64_t bytes_of(const arrow::Array& array) {
  uint64_t bytes = static_cast<uint64_t>(array.length()) * sizeof(uint64_t);
  for (const auto& buffer : array.data()->buffers) {
    if (buffer) bytes += static_cast<uint64_t>(buffer->size());
  }
  return bytes;
}

Result<std::shared_ptr<arrow::RecordBatch>> next(arrow::RecordBatchReader& reader) {
  std::shared_ptr<arrow::RecordBatch> batch;
  if (auto status = reader.ReadNext(&batch); !status.ok()) return data_error(status.message());
  return batch;
}

}  // namespace

ColumnCache::ColumnCache(std::string folder, uint64_t limit_bytes)
    : folder_(std::move(folder)), limit_bytes_(limit_bytes), written_(limit_bytes / 8) {
  std::error_code error;  // then columns are in memory only
  std::filesystem::create_directories(folder_, error);
}

ColumnCache::Column ColumnCache::find(const Hash& key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->column;
}

void ColumnCache::keep(const Hash& key, const Column& column) {
  if (key.zero() || index_.contains(key)) return;
  bytes_ += column->bytes.size();
  files_ += column->file.valid();
  entries_.push_front({key, column});
  index_[key] = entries_.begin();
  while (bytes_ > kMemoryBytes || files_ > kOpenFiles) {
    const Entry& last = entries_.back();
    bytes_ -= last.column->bytes.size();
    files_ -= last.column->file.valid();
    index_.erase(last.key);
    entries_.pop_back();
  }
}

// Columns that a thread fetches; others wait for them until it has, or has failed.
struct ColumnCache::UnderWay {
  UnderWay(ColumnCache* cache, const std::set<Hash>* keys, std::unique_lock<std::mutex>* lock)
      : cache(cache), keys(keys), lock(lock) {}
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() {
    lock->lock();
    for (const Hash& key : *keys) cache->under_way_.erase(key);
    cache->fetched_.notify_all();
  }

  ColumnCache* cache;
  const std::set<Hash>* keys;
  std::unique_lock<std::mutex>* lock;
};

Result<std::vector<ColumnCache::Column>> ColumnCache::get(const std::vector<Wanted>& wanted,
                                                          const Open& open,
                                                          const std::function<bool()>& sound) {
  std::vector<Column> columns(wanted.size());
  std::vector<Wanted> missing;
  std::unique_lock lock(mutex_);
  for (bool again = true; again;) {
    again = false;
    missing.clear();
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (!columns[i]) columns[i] = find(wanted[i].key);
      if (columns[i]) continue;
      missing.push_back(wanted[i]);
      again |= under_way_.contains(wanted[i].key);
    }
    if (again) fetched_.wait(lock);
  }
  if (missing.empty()) return columns;
  std::set<Hash> mine;
  for (const Wanted& one : missing) {
    if (!one.key.zero()) mine.insert(one.key);
  }
  under_way_.insert(mine.begin(), mine.end());
  lock.unlock();
  std::vector<Column> found(missing.size());
  const UnderWay until_the_end(this, &mine, &lock);
  TRY_VOID(fetch(missing, open, sound, &found));
  size_t next = 0;
  for (Column& column : columns) {
    if (!column) column = found[next++];
  }
  return columns;
}

Result<void> ColumnCache::fetch(const std::vector<Wanted>& wanted, const Open& open,
                                const std::function<bool()>& sound, std::vector<Column>* columns) {
  std::vector<Wanted> absent;
  std::vector<size_t> positions;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const Hash& key = wanted[i].key;
    if (!key.zero() && ((*columns)[i] = ColumnFile::take(name(key), key))) {
      (void)futimens((*columns)[i]->file.get(), nullptr);  // used now
      const std::lock_guard lock(mutex_);
      keep(key, (*columns)[i]);
      continue;
    }
    absent.push_back(wanted[i]);
    positions.push_back(i);
  }
  if (absent.empty()) return {};
  auto drafts = decode(absent, open, true);
  if (!drafts.ok()) drafts = decode(absent, open, false);  // the folder may be full
  if (!drafts.ok()) return drafts.error();
  decoded_ += absent.size();
  const bool kept = sound();
  for (size_t a = 0; a < absent.size(); ++a) {
    ColumnDraft& draft = (*drafts)[a];
    TRY(const Column column, draft.finish());
    (*columns)[positions[a]] = column;
    const Hash& key = absent[a].key;
    if (!kept || key.zero()) continue;
    if (draft.place(key, name(key))) make_room(column->size);
    const std::lock_guard lock(mutex_);
    keep(key, column);
  }
  return {};
}

Result<ColumnCache::Drafts> ColumnCache::decode(const std::vector<Wanted>& wanted, const Open& open,
                                                bool in_folder) {
  std::vector<Calculation::Column> columns;
  for (const Wanted& one : wanted) columns.push_back(one.column);
  TRY(const auto reader, open(columns));
  TRY(auto batch, next(*reader));
  std::shared_ptr<arrow::RecordBatch> ahead;
  if (batch) {
    TRY(ahead, next(*reader));
  }
  Drafts drafts;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Type type = columns[i].type;
    if (!batch || (!ahead && bytes_of(*batch->column(static_cast<int>(i))) <= kSmallBytes)) {
      TRY(auto draft, ColumnDraft::small(type));
      drafts.push_back(std::move(draft));
      continue;
    }
    const std::string path =
        folder_ + "/draft." + std::to_string(getpid()) + "." + std::to_string(drafts_++);
    TRY(auto draft, ColumnDraft::on_file(type, in_folder ? path : ""));
    drafts.push_back(std::move(draft));
  }
  while (batch) {
    for (size_t i = 0; i < columns.size(); ++i) {
      TRY_VOID(drafts[i].add(batch->column(static_cast<int>(i))));
    }
    batch = std::exchange(ahead, nullptr);
    if (batch) {
      TRY(ahead, next(*reader));
    }
  }
  return drafts;
}

// At the first file of a process, then now and then: looking at all files takes its time.
void ColumnCache::make_room(uint64_t written) {
  if ((written_ += written) < limit_bytes_ / 8) return;
  written_ = 0;
  struct Found {
    std::filesystem::file_time_type used;
    uint64_t size;
    std::filesystem::path path;
  };
  std::vector<Found> all;
  uint64_t total = 0;
  std::error_code error;
  const auto names = names_in(folder_);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    const std::filesystem::path path = std::filesystem::path(folder_) / name;
    const auto used = std::filesystem::last_write_time(path, error);
    const uint64_t size = error ? 0 : std::filesystem::file_size(path, error);
    if (error) continue;  // another process has removed it
    all.push_back({used, size, path});
    total += size;
  }
  std::sort(all.begin(), all.end(), [](const Found& a, const Found& b) { return a.used < b.used; });
  for (const Found& one : all) {
    if (total <= limit_bytes_) break;
    if (std::filesystem::remove(one.path, error)) total -= one.size;
  }
}

}  // namespace almanac
