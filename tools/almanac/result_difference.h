// ResultDifference: a stored result and one that was just computed, column by column and row by
// row.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "storage/results.h"
#include "tools/almanac/row_difference.h"

namespace almanac {

struct ResultDifference {
  struct Column {
    std::string name, type;
    std::string status;  // common, added, removed, or retyped: from one type to another
    int64_t rows = 0;    // that differ
    std::optional<double> absolute, relative;  // ColumnDifference's
  };
  std::vector<Column> columns;  // as declared now, then those that are removed
  RowDifference rows;
  bool only_failures = false;  // the rows are equal, the results are not
};

// `outputs` are those of the calculation now. At most `most` rows of each kind are kept. Columns
// with the same hash on both sides are not read again.
Result<ResultDifference> compare_results(Results& results, const ResultRecord& stored,
                                         const ResultRecord& computed,
                                         const std::vector<Calculation::Output>& outputs,
                                         size_t most);

// Members rows, columns, first, first_added, first_removed and only_failures.
nlohmann::json difference_json(const ResultDifference& difference);

}  // namespace almanac
