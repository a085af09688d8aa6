#include "simulator/behaviour/recorded.h"

#include <arrow/array.h>
#include <arrow/array/util.h>
#include <arrow/buffer.h>

#include <algorithm>
#include <set>

#include "columns/cast.h"
#include "core/base/check.h"
#include "runner/context_bytes.h"
#include "runner/entity_stream.h"
#include "runner/whole_table.h"

namespace almanac::behaviour {

namespace {

constexpr size_t kEntities = 4;         // of a context
constexpr size_t kOneIn = 5;            // pieces that are taken
constexpr size_t kLongest = 256 << 10;  // bytes of a context

// The pieces of a task, which may turn out not to be sorted.
class Pieces {
 public:
  Pieces(const CellTask& task, size_t most) : task_(task), most_(most) {
    task_.limits.batch_entities = kEntities;
    const bool reads_calendar = std::any_of(
        task.calculation->reads.begin(), task.calculation->reads.end(),
        [](const Calculation::Read& read) { return read.source == abi::Source::Calendar; });
    if (!reads_calendar) task_.calendar.clear();
  }

  Result<std::vector<std::string>> run() {
    if (task_.calculation->streamed_by().name.empty()) {
      TRY_VOID(add_whole());
      return std::move(pieces_);
    }
    for (std::set<size_t> in_memory;;) {
      EntityStream stream(task_, in_memory);
      const auto added = add_all(stream);
      const auto read = stream.disordered();
      if (!read && !added.ok()) return added.error();
      if (!read) return std::move(pieces_);
      in_memory.insert(*read);
      pieces_.clear();
    }
  }

 private:
  Result<void> add_whole() {
    std::vector<ReadTables> reads;
    for (size_t r = 0; r < task_.inputs.size(); ++r) {
      TRY(reads.emplace_back(), read_whole(task_.calculation->reads[r], task_.inputs[r]));
    }
    add({task_.dates, task_.calendar, nullptr, std::move(reads)});
    return {};
  }

  Result<void> add_all(EntityStream& stream) {
    TRY_VOID(stream.open());
    for (size_t piece = 0; pieces_.size() < most_ && piece < kOneIn * most_; ++piece) {
      TRY(const bool more, stream.next([] { return false; }));
      if (!more) break;
      if (piece % kOneIn != 0) continue;
      std::vector<ReadTables> reads;
      for (const ReadTables* tables : stream.reads()) reads.push_back(*tables);
      add({task_.dates, task_.calendar, stream.entities(), std::move(reads)});
    }
    return {};
  }

  void add(Context context) {
    for (size_t r = 0; r < context.reads.size(); ++r) {
      for (DayTable& table : context.reads[r]) {
        if (!table.present) complete(r, context, &table);
      }
    }
    std::string bytes = encode(context);
    if (bytes.size() <= kLongest) pieces_.push_back(std::move(bytes));
  }

  // A context has a table on each day, without rows where there was none.
  void complete(size_t read, const Context& context, DayTable* table) const {
    const std::string& entity = task_.inputs[read].entity;
    if (context.entities != nullptr && entity == task_.calculation->streamed_by().name) {
      table->offsets.assign(static_cast<size_t>(context.entities->length()) + 1, 0);
    }
    for (const auto& column : task_.calculation->reads[read].columns) {
      const auto empty = arrow::MakeEmptyArray(arrow_type(column.type));
      CHECK(empty.ok(), "an empty column can be made");
      table->columns.push_back(*empty);
    }
  }

  CellTask task_;
  const size_t most_;
  std::vector<std::string> pieces_;
};

}  // namespace

Result<std::vector<std::string>> recorded_contexts(const CellTask& task, size_t most) {
  return Pieces(task, most).run();
}

}  // namespace almanac::behaviour
