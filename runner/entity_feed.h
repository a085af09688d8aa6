// EntityFeed: hands the tables that a WholeDate streams to its module, batch by batch of entities,
// when it asks for them.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "runner/batch_view.h"
#include "runner/entity_stream.h"
#include "runner/execute.h"
#include "runner/failure.h"

namespace almanac {

class EntityFeed {
 public:
  // `in_memory` as of EntityStream. All arguments outlive the feed.
  EntityFeed(const CellTask& task, const std::set<size_t>& in_memory, Statistics* statistics);

  // Opens the tables and shows those that are given whole; the others are null.
  MaybeFailure open(std::vector<const ReadTables*>* whole);

  // abi::Batch::next; `feed` is an EntityFeed.
  static int next(void* feed, bool first, const abi::Batch** batch) noexcept;

  // Why next() gave up.
  const MaybeFailure& failure() const { return failure_; }
  std::optional<size_t> disordered() const { return stream_->disordered(); }

 private:
  int fetch(bool first, const abi::Batch** batch);

  const CellTask& task_;
  const std::set<size_t>& in_memory_;
  Statistics* statistics_;
  std::optional<EntityStream> stream_;
  std::optional<BatchView> view_;
  bool started_ = false;
  MaybeFailure failure_;
};

}  // namespace almanac
