// DayCache: files of many dates, decoded once and kept by date, so that reading consecutive dates
// of a year's file does not decode it again for each. Keeps the files that were used last, up to a
// limit; a file that is larger is not kept, and reading one of its dates streams it.
//
// Thread rule: read() by several threads; a file that two of them want is decoded once.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "almanac/date.h"
#include "core/base/result.h"
#include "core/manifest/calculation.h"
#include "storage/batch_stream.h"
#include "storage/file_stat.h"

namespace almanac {

class DayCache {
 public:
  struct File {
    std::string path;
    FileStat stat;  // in another state it is another file
    std::string date_column, timezone;
    bool operator==(const File&) const = default;
  };

  explicit DayCache(size_t limit_bytes);
  ~DayCache();

  // The rows of a date, in the order of the file, cast to the declared types. The message of an
  // error leaves the file's name to the caller.
  Result<BatchStream> read(const File& file, const std::vector<Calculation::Column>& columns,
                           Date date);

  size_t files_decoded() const;  // so far

 private:
  struct Entry;
  std::shared_ptr<Entry> use(const File& file, const std::vector<Calculation::Column>& columns);
  Result<void> decode(Entry* entry);
  void make_room();

  const size_t limit_bytes_;
  mutable std::mutex mutex_;
  size_t files_decoded_ = 0;
  std::list<std::shared_ptr<Entry>> entries_;  // last used first
};

}  // namespace almanac
