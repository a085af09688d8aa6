// Store: result bytes by their SHA-256. Written once, never changed, read only through their hash.
//
// Layout: <store>/blobs/ab/abcdef....parquet (rows) and .code (modules, code bundles),
// <store>/staging/ for files that are being written, <store>/quarantine/ for damaged blobs. Blobs
// are made read-only, since published files are hard links to them. What is virtual is what runs
// use; a simulation keeps blobs in memory. Thread rule: all functions may be called from several
// threads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/ledger/records.h"
#include "storage/files.h"

namespace almanac {

class Store {
 public:
  // Creates the folders when `create`, and an error tells where they cannot be written to;
  // otherwise a missing store reads as an empty one.
  static Result<std::unique_ptr<Store>> open(const std::string& path, bool create);
  virtual ~Store() = default;

  // A path for a new file or folder in staging, unique among processes. The caller creates it.
  virtual std::string stage(const std::string& name);

  // Removes what processes that are gone have left in staging.
  virtual void sweep();

  // Makes staged files durable and moves them to their names: fdatasync, link (or
  // rename where there are no hard links), then one fsync of every folder touched. A blob that is
  // already there is verified and kept, or replaced when it is damaged; it counts as new for
  // collect(). The staged names are gone after. Internal error when a file has not the promised
  // size or the blob's name is not 64 hex digits. A failed fsync stops the process; ENOSPC is
  // Temporary.
  virtual Result<void> keep(const std::vector<StagedFile>& files);

  // Whether a file of the right size is there (its bytes are verified when they are read).
  virtual bool has(const Blob& blob) const;
  virtual std::string path(const Blob& blob) const;  // CHECK: the name is 64 hex digits

  // Reads length and SHA-256 of the file; Data error that names it when they differ.
  virtual Result<void> verify(const Blob& blob) const;

  // The same; a damaged blob is set aside.
  virtual Result<void> check(const Blob& blob);

  // Moves a damaged blob out of the way, so that it is never served again.
  virtual Result<void> quarantine(const Blob& blob);

  // Removes blobs that are not in `live`, and what is in staging and quarantine, each when it was
  // last kept or written more than `min_age_s` ago. `min_age_s` exceeds the time between keep() and
  // the ledger's commit. Dry: counts only.
  struct Garbage {
    uint64_t files = 0, bytes = 0;
  };
  Result<Garbage> collect(const std::vector<Blob>& live, int64_t min_age_s, bool dry);

 protected:
  explicit Store(std::string path) : path_(std::move(path)) {}

 private:
  Result<void> keep_one(const StagedFile& file);

  const std::string path_;
  FileHandle blobs_;  // their folder; invalid where it was missing when the store was opened
};

}  // namespace almanac
