// Context: all that a calculation is given in one call, made up or recorded.
#pragma once

#include <memory>
#include <vector>

#include "almanac/date.h"
#include "runner/day_table.h"

namespace almanac::behaviour {

struct Context {
  std::vector<Date> dates;     // one, or the consecutive days of a series
  std::vector<Date> calendar;  // up to the last of them
  // Entities in key order; a table that comes by entity has offsets into its rows. Null where
  // nothing is streamed.
  std::shared_ptr<arrow::Array> entities;
  std::vector<ReadTables> reads;  // in the order of the calculation's reads
};

// The part of a context that is about the entities from `first` on, before `end`; what is not keyed
// by them stays whole.
Context part_of(const Context& context, int64_t first, int64_t end);

}  // namespace almanac::behaviour
