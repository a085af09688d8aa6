// Results: reads what cells put out, from the store or from staging while it is not kept yet.
//
// A result is read through its hash: the first time that a blob is opened, its length and SHA-256
// are verified; a damaged blob is set aside (quarantined) and reading is a Data error. Small
// results are kept decoded, in bounded memory, least recently used first out; what is known of
// blobs goes with the object, so it is made anew for each sweep. Thread rule: all functions may be
// called from several threads.
#pragma once

#include <memory>
#include <vector>

#include "core/base/result.h"
#include "core/ledger/records.h"
#include "core/manifest/calculation.h"
#include "storage/store.h"

namespace arrow {
class RecordBatchReader;
}

namespace almanac {

class Results {
 public:
  explicit Results(Store* store);
  ~Results();  // removes what is staged still

  // Makes files readable that are finished but not yet in the store.
  void add_staged(const std::vector<StagedFile>& files);

  // Moves all staged files to the store; durable when it returns.
  Result<void> keep_staged();

  // Streams columns of a result in row order, shard after shard.
  Result<std::shared_ptr<arrow::RecordBatchReader>> open(
      const ResultRecord& result, const std::vector<Calculation::Column>& columns);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace almanac
