// The rows of two results side by side, matched by their key: a merge join of two streams, of which
// one batch each is held.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/manifest/calculation.h"
#include "tools/almanac/column_difference.h"

namespace arrow {
class RecordBatchReader;
}

namespace almanac {

struct RowDifference {
  int64_t stored = 0, computed = 0;               // rows
  int64_t differing = 0, added = 0, removed = 0;  // of them
  std::vector<ColumnDifference> columns;          // of those that are no key
  // The first of each kind. `key` and `values` are objects by column; where both sides have the
  // row, each of `values` is {"stored", "computed"} of a column that differs.
  struct Row {
    nlohmann::json key, values;
  };
  std::vector<Row> first, first_added, first_removed;
  // Rows of a result are not in order of this key, or have it twice: it was another one when they
  // were stored. Then only the numbers of rows say anything.
  bool unmatched = false;
};

// Both streams have `columns`, the key fields first, and are sorted by them. Without a key rows are
// matched by their position. `most`: so many rows of each kind are kept.
Result<RowDifference> compare_rows(std::shared_ptr<arrow::RecordBatchReader> stored,
                                   std::shared_ptr<arrow::RecordBatchReader> computed,
                                   const std::vector<Calculation::Output>& columns, size_t most);

}  // namespace almanac
