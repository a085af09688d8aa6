// DayTable: the rows of one read on one date, as arrays.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "almanac/date.h"

namespace arrow {
class Array;
}

namespace almanac {

struct DayTable {
  Date date;
  bool present = false;
  int64_t rows = 0;
  std::vector<std::shared_ptr<arrow::Array>> columns;  // as the read declares them
  // Where the rows of each entity of a batch begin, and the end; empty where the table is given
  // whole.
  std::vector<int64_t> offsets;
};

using ReadTables = std::vector<DayTable>;  // oldest first

}  // namespace almanac
