// Published: the view that people read, results/<category>/<calculation>/date=D/*.parquet, placed
// by hard link from the store (copied where the file system differs). One generation per cell: the
// date's folder is built aside in the store's staging and exchanged as a whole, and file names
// carry the result's hash, so that a reader never mixes two generations.
//
// A folder that readers see appears and goes as a whole. What a power loss takes of the view is
// found by holds() and published again; bytes that are copied are durable before they are visible.
//
// A date's folder is given the date as its time of change, with 30 bits of the result's hash in the
// nanoseconds. Whatever adds or removes a file later gives it another time, so that one look at the
// folder tells that it is whole; without the mark (a copy that does not keep times) it is listed.
//
// The folder of a category or a calculation may be a link that a person made to another folder of
// the same file system; it is followed. A date's folder is ours and never a link.
//
// Thread rule: all functions may be called from several threads, on different cells. One process at
// a time writes: the holder of the ledger's lease. Errors: Temporary when the disk is full. CHECK:
// names match [a-z][a-z0-9_.-]{0,63} without "..", a result has a shard and its hashes are well
// formed.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "almanac/date.h"
#include "core/base/result.h"
#include "core/ledger/records.h"
#include "storage/files.h"
#include "storage/store.h"

namespace almanac {

class Published {
 public:
  virtual ~Published() = default;

  // Publishes a result, replacing what is there. Idempotent.
  virtual Result<void> publish(const std::string& category, const std::string& calculation,
                               Date date, const ResultRecord& result) = 0;

  // Removes a cell's folder, and parents that are left empty.
  virtual Result<void> withdraw(const std::string& category, const std::string& calculation,
                                Date date) = 0;

  // One calculation's folder in the view, opened once and asked about its dates.
  class Folder {
   public:
    virtual ~Folder() = default;
    // Whether the date's folder holds exactly the files of this result.
    virtual bool holds(Date date, const ResultRecord& result) const = 0;
  };
  virtual Result<std::unique_ptr<Folder>> folder(const std::string& category,
                                                 const std::string& calculation) const = 0;
};

class FilePublished final : public Published {
 public:
  FilePublished(std::string results_path, Store* store);

  Result<void> publish(const std::string& category, const std::string& calculation, Date date,
                       const ResultRecord& result) override;
  Result<void> withdraw(const std::string& category, const std::string& calculation,
                        Date date) override;
  Result<std::unique_ptr<Folder>> folder(const std::string& category,
                                         const std::string& calculation) const override;

 private:
  // Where folders are built: in the store, or beside the results when they are on another file
  // system.
  Result<std::string> build_path(bool beside);
  Result<void> build(const std::string& folder, Date date, const ResultRecord& result) const;

  const std::string path_;
  Store* const store_;
  std::atomic<bool> beside_ = false;
  std::once_flag cleared_;  // what killed processes left beside the results
};

}  // namespace almanac
