// FingerprintCache: fingerprints of files by path and FileStat, in one SQLite file, so that a file
// that did not change is not read again. Files that were touched less than two seconds before they
// were read are not kept (see FileStat::settled_by).
//
// It is a cache: one that is damaged or of another version is deleted and started anew; where it
// cannot be read or written, files are hashed again and nothing else happens. Nothing is written
// when nothing changed. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "storage/file_stat.h"
#include "storage/fingerprint.h"

namespace almanac {

class FingerprintCache {
 public:
  // What a fingerprint depends on beside the file's bytes.
  struct Key {
    std::string path;  // relative to the project
    std::string date_column, timezone;
    auto operator<=>(const Key&) const = default;
  };

  // Reads the whole cache.
  explicit FingerprintCache(std::string file);

  // Null when it is not known for this very state of the file.
  std::shared_ptr<const Fingerprint> find(const Key& key, const FileStat& stat);

  // `read_ns`: the wall clock before the file was read.
  void put(const Key& key, const FileStat& stat, int64_t read_ns,
           std::shared_ptr<const Fingerprint> fingerprint);

  // Writes what was put, and drops what was neither found nor put.
  void save();

 private:
  struct Entry {
    FileStat stat;
    std::shared_ptr<const Fingerprint> fingerprint;
    bool used = false, unsaved = false;
  };

  Result<void> load();
  Result<void> write();

  std::string file_;
  std::map<Key, Entry> entries_;
};

}  // namespace almanac
