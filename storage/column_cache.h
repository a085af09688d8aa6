// ColumnCache: columns of root data and of results, each decoded once per host, for processes that
// map them.
//
// A column is found by the hash of its type and values, whatever day or table it belongs to. Small
// ones are kept in memory; others are files in a folder, checked by their checksum the first time
// that a process takes one, the least recently used removed when all are more than the limit. It is
// a cache: a damaged file is decoded anew, and where the folder cannot be written, the file is in
// memory. Deleting the folder loses nothing.
//
// Thread rule: all functions may be called from several threads; a column that another thread
// decodes is waited for. Other processes may use the folder at the same time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/hash.h"
#include "core/base/result.h"
#include "core/manifest/calculation.h"
#include "storage/column_file.h"

namespace arrow {
class RecordBatchReader;
}

namespace almanac {

class ColumnCache {
 public:
  using Column = std::shared_ptr<const ColumnFile>;

  ColumnCache(std::string folder, uint64_t limit_bytes);

  struct Wanted {
    Hash key;  // zero: not known, it is decoded now and not kept
    Calculation::Column column;
  };
  // Reads columns: the declared types, in batches of any size.
  using Open = std::function<Result<std::shared_ptr<arrow::RecordBatchReader>>(
      const std::vector<Calculation::Column>&)>;
  // Columns of one table, in order; they stay valid when they leave the cache. `open` is called for
  // those that are not there. After it `sound` is asked whether what was read are the values of the
  // keys: where it says no, they are returned but not kept. Errors are those of reading.
  Result<std::vector<Column>> get(const std::vector<Wanted>& wanted, const Open& open,
                                  const std::function<bool()>& sound);

  uint64_t decoded() const { return decoded_; }  // columns so far

 private:
  struct UnderWay;
  struct Entry {
    Hash key;
    Column column;
  };
  using Drafts = std::vector<ColumnDraft>;

  Column find(const Hash& key);
  void keep(const Hash& key, const Column& column);
  Result<void> fetch(const std::vector<Wanted>& wanted, const Open& open,
                     const std::function<bool()>& sound, std::vector<Column>* columns);
  Result<Drafts> decode(const std::vector<Wanted>& wanted, const Open& open, bool in_folder);
  std::string name(const Hash& key) const { return folder_ + "/" + key.hex(); }
  void make_room(uint64_t written);

  const std::string folder_;
  const uint64_t limit_bytes_;
  std::atomic<uint64_t> decoded_ = 0, drafts_ = 0;
  std::atomic<uint64_t> written_;  // bytes, since room was made

  std::mutex mutex_;  // of all below
  std::condition_variable fetched_;
  std::set<Hash> under_way_;
  std::list<Entry> entries_;  // the most recently used first
  std::unordered_map<Hash, std::list<Entry>::iterator> index_;
  uint64_t bytes_ = 0;  // of small columns
  size_t files_ = 0;    // open
};

}  // namespace almanac
