#include "runner/context.h"

#include <arrow/array.h>
#include <arrow/array/concatenate.h>

namespace almanac::behaviour {

Context part_of(const Context& context, int64_t first, int64_t end) {
  Context part = context;
  part.entities = context.entities->Slice(first, end - first);
  for (ReadTables& read : part.reads) {
    for (DayTable& table : read) {
      if (table.offsets.empty()) continue;
      const int64_t from = table.offsets[static_cast<size_t>(first)];
      table.rows = table.offsets[static_cast<size_t>(end)] - from;
      for (auto& column : table.columns) {
        column = arrow::Concatenate({column->Slice(from, table.rows)}).ValueOrDie();
      }
      table.offsets = {table.offsets.begin() + first, table.offsets.begin() + end + 1};
      for (int64_t& offset : table.offsets) offset -= from;
    }
  }
  return part;
}

}  // namespace almanac::behaviour
