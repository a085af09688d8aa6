// RootData: the tables that we did not compute. Indexes them (presence and fingerprints per column)
// and reads them. Parquet, Arrow IPC and CSV, by file ending.
//
// Fingerprints are cached in .almanac/cache/fingerprints.db by size, mtime, ctime and inode, with a
// racy-clean window: a file that was touched within 2 s of being hashed is hashed again next time.
// Deleting the cache loses nothing.
// Thread rule: index() by one thread, and by none at the same time as the others; read() and
// unchanged() by several.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/availability.h"
#include "core/manifest/calculation.h"
#include "core/manifest/project.h"

namespace arrow {
class RecordBatchReader;
}

namespace almanac {

class RootData {
 public:
  virtual ~RootData() = default;

  // Everything that is there now. `recorded` has the fingerprints the ledger knows: a partition
  // that is in it with rows and whose file is gone becomes Archived. `last_day` ends daily and
  // weekday calendars. A file that cannot be read makes its partitions Unreadable, never the whole
  // index fail.
  virtual Result<Availability> index(const std::vector<DatasetAvailability>& recorded,
                                     Date last_day) = 0;

  // Streams columns of one partition in row order, cast to the declared types (lossless casts
  // only), in bounded memory. The partition is Present in the last index(); the date of a static
  // dataset does not matter. Data error when there is none or it lacks a column. Errors of a
  // damaged file or a lossy cast come from the reader's Status and name the file.
  virtual Result<std::shared_ptr<arrow::RecordBatchReader>> read(
      const std::string& dataset, Date date,
      const std::vector<Calculation::Column>& columns) const = 0;

  // Whether the files behind a partition are those that were indexed: none is new or gone, and
  // size, times and inode of each are the same.
  virtual bool unchanged(const std::string& dataset, Date date) const = 0;
};

// In files.
class FileRootData final : public RootData {
 public:
  // The wall clock in ns since 1970; decides what is young enough to be hashed again.
  using Clock = std::function<int64_t()>;
  static int64_t wall_clock_ns();

  // `project` outlives it.
  explicit FileRootData(const Project& project, Clock now_ns = wall_clock_ns);
  ~FileRootData() override;

  Result<Availability> index(const std::vector<DatasetAvailability>& recorded,
                             Date last_day) override;
  Result<std::shared_ptr<arrow::RecordBatchReader>> read(
      const std::string& dataset, Date date,
      const std::vector<Calculation::Column>& columns) const override;
  bool unchanged(const std::string& dataset, Date date) const override;

  // How many files the last index() had to read; the others were known.
  size_t files_hashed() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace almanac
