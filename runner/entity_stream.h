// EntityStream: the inputs of a calculation, in batches of entities in key order. The entity is
// that of PerEntity, or what a WholeDate streams tables by.
//
// The entities are the union of the ids in all tables keyed by the entity; an entity that is not in
// one of them has no rows there. Tables with another key are read whole, once. Memory holds those,
// one batch of rows of each keyed table and day, and the rows of the entities of one batch.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "core/base/result.h"
#include "runner/day_table.h"
#include "runner/entity_cursor.h"
#include "runner/execute.h"

namespace almanac {

class EntityStream {
 public:
  // Why a batch is complete.
  enum class Flush { Limit, Memory, End };

  // `in_memory`: reads whose days are read as a whole before they are merged, because they are not
  // sorted. `task` outlives the stream.
  EntityStream(const CellTask& task, const std::set<size_t>& in_memory);

  Result<void> open();

  // The next entities, at most batch_entities of the task's limits, fewer when `pressure` says that
  // memory is short (asked after each entity for which rows had to be read). False at the end. What
  // the accessors show is replaced.
  Result<bool> next(const std::function<bool()>& pressure);

  const std::vector<const ReadTables*>& reads() const { return tables_; }
  const std::shared_ptr<arrow::Array>& entities() const { return entities_; }
  Flush flush() const { return flush_; }

  // The read whose rows turned out not to be sorted; begin again with it in memory.
  std::optional<size_t> disordered() const;

 private:
  struct Lane {
    size_t read, day;
    EntityCursor cursor;
  };

  const CellTask& task_;
  std::set<size_t> in_memory_;
  Calculation::Column entity_;
  std::vector<Lane> lanes_;  // a keyed read on one date each
  std::vector<ReadTables> storage_;
  std::vector<const ReadTables*> tables_;
  std::shared_ptr<arrow::Array> entities_;
  Flush flush_ = Flush::End;
};

}  // namespace almanac
