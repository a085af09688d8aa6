#include "storage/day_cache.h"

#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>

#include <algorithm>
#include <map>
#include <optional>

#include "columns/cast.h"
#include "storage/split_by_date.h"
#include "storage/table_file.h"

namespace almanac {

namespace {

// A date whose rows cannot be cast does not keep others from being read.
struct Day {
  std::vector<Batch> batches;
  std::optional<Error> problem;
};
using Days = std::map<Date, Day>;

}  // namespace

struct DayCache::Entry {
  File file;
  std::vector<Calculation::Column> columns;

  std::mutex mutex;  // held while the file is decoded; guards what follows
  enum { Unknown, Decoded, TooLarge } state = Unknown;
  Days days;

  size_t bytes = 0;  // guarded by the cache's mutex
};

namespace {

Result<BatchStream> open_dated(const DayCache::File& file,
                               const std::vector<Calculation::Column>& columns) {
  std::vector<std::string> names{file.date_column};
  for (const Calculation::Column& column : columns) names.push_back(column.name);
  return open_table(file.path, &names);
}

// Decodes the whole file for each date; only for files that are too large to keep.
Result<BatchStream> stream_date(const DayCache::File& file,
                                const std::vector<Calculation::Column>& columns, Date date) {
  TRY(auto opened, open_dated(file, columns));
  auto next = [opened = std::move(opened), file, columns, date]() -> Result<Batch> {
    for (;;) {
      TRY(const Batch batch, next_batch(*opened));
      if (batch == nullptr) return batch;
      TRY(const auto split, split_by_date(batch, file.date_column, file.timezone));
      for (const DatedRows& part : split) {
        if (part.date == date) return cast_columns(*part.rows, columns);
      }
    }
  };
  return stream_of(arrow_schema(columns), std::move(next));
}

}  // namespace

DayCache::DayCache(size_t limit_bytes) : limit_bytes_(limit_bytes) {}
DayCache::~DayCache() = default;

size_t DayCache::files_decoded() const {
  const std::lock_guard lock(mutex_);
  return files_decoded_;
}

std::shared_ptr<DayCache::Entry> DayCache::use(const File& file,
                                               const std::vector<Calculation::Column>& columns) {
  const auto same = [](const Calculation::Column& a, const Calculation::Column& b) {
    return a.name == b.name && a.type == b.type;
  };
  const std::lock_guard lock(mutex_);
  for (auto found = entries_.begin(); found != entries_.end(); ++found) {
    const Entry& entry = **found;
    if (entry.file == file && std::equal(entry.columns.begin(), entry.columns.end(),
                                         columns.begin(), columns.end(), same)) {
      entries_.splice(entries_.begin(), entries_, found);
      return entries_.front();
    }
  }
  entries_.push_front(std::make_shared<Entry>());
  entries_.front()->file = file;
  entries_.front()->columns = columns;
  return entries_.front();
}

void DayCache::make_room() {
  size_t bytes = 0;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    bytes += (*entry)->bytes;
    entry = bytes > limit_bytes_ ? entries_.erase(entry) : std::next(entry);
  }
}

Result<void> DayCache::decode(Entry* entry) {
  TRY(const auto opened, open_dated(entry->file, entry->columns));
  Days days;
  size_t bytes = 0;
  for (;;) {
    TRY(const Batch batch, next_batch(*opened));
    if (batch == nullptr) break;
    TRY(const auto split, split_by_date(batch, entry->file.date_column, entry->file.timezone));
    for (const DatedRows& part : split) {
      Day& day = days[part.date];
      if (day.problem) continue;
      auto cast = cast_columns(*part.rows, entry->columns);
      if (!cast.ok()) {
        day = {{}, cast.error()};
        continue;
      }
      const auto size = arrow::util::ReferencedBufferSize(**cast);
      bytes += static_cast<size_t>(size.ValueOr(arrow::util::TotalBufferSize(**cast)));
      day.batches.push_back(std::move(*cast));
    }
    if (bytes > limit_bytes_) {
      entry->state = Entry::TooLarge;
      return {};
    }
  }
  entry->days = std::move(days);
  entry->state = Entry::Decoded;
  const std::lock_guard lock(mutex_);
  ++files_decoded_;
  entry->bytes = bytes;
  make_room();
  return {};
}

Result<BatchStream> DayCache::read(const File& file,
                                   const std::vector<Calculation::Column>& columns, Date date) {
  const std::shared_ptr<Entry> entry = use(file, columns);
  const std::lock_guard lock(entry->mutex);
  if (entry->state == Entry::Unknown) TRY_VOID(decode(entry.get()));
  if (entry->state == Entry::TooLarge) return stream_date(file, columns, date);
  std::vector<Batch> batches;
  const auto day = entry->days.find(date);
  if (day != entry->days.end()) {
    if (day->second.problem) return *day->second.problem;
    batches = day->second.batches;
  }
  auto next = [batches = std::move(batches), index = size_t{0}]() mutable -> Result<Batch> {
    return index < batches.size() ? batches[index++] : Batch();
  };
  return stream_of(arrow_schema(columns), std::move(next));
}

}  // namespace almanac
