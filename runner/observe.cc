#include "runner/observe.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>

#include <optional>

#include "columns/column_hash.h"
#include "runner/batch_view.h"
#include "runner/canonical.h"
#include "runner/cell_sink.h"
#include "runner/outcome.h"
#include "runner/whole_table.h"

namespace almanac::behaviour {

namespace {

// The tables that come by entity, in one batch.
struct Feed {
  const Context* context;
  std::vector<const ReadTables*> tables;
  std::optional<BatchView> view;
  bool over = false;

  static int next(void* self, bool first, const abi::Batch** batch) {
    auto* feed = static_cast<Feed*>(self);
    if (!first && feed->over) return 0;
    feed->over = true;
    if (feed->context->entities->length() == 0) return 0;
    feed->view.emplace(feed->context->dates, feed->tables, feed->context->entities.get(),
                       feed->context->calendar);
    *batch = &feed->view->batch();
    return 1;
  }
};

MaybeFailure call(Instance& instance, const Calculation& calculation, const Context& context,
                  CellSink* sink) {
  std::vector<const ReadTables*> tables;
  for (const ReadTables& read : context.reads) tables.push_back(&read);
  if (calculation.kind == Calculation::Kind::PerEntity || context.entities == nullptr) {
    const BatchView view(context.dates, tables, context.entities.get(), context.calendar);
    return process(instance, view.batch(), sink);
  }
  Feed feed{&context, tables, {}, false};
  for (const ReadTables*& table : tables) {
    const bool streamed = !table->empty() && !table->front().offsets.empty();
    if (streamed) table = nullptr;
  }
  BatchView view(context.dates, tables, nullptr, context.calendar);
  view.stream_from(&Feed::next, &feed);
  return process(instance, view.batch(), sink);
}

// Adds the rows of a date in canonical form.
MaybeFailure add_rows(const Calculation& calculation, CellSink::Day* day, Hasher* hasher,
                      DayTable* table) {
  for (const auto& [reason, rows] : day->rejected) {
    hasher->add("rejected").add(reason).add(static_cast<uint64_t>(rows));
  }
  if (day->rows.empty()) return {};
  auto rows = join(day->rows);
  if (!rows.ok()) return wrong_rows("SCHEMA_MISMATCH", rows.error().message);
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const auto& column : (*rows)->columns()) columns.push_back(canonical_doubles(column));
  const auto canonical =
      arrow::RecordBatch::Make((*rows)->schema(), (*rows)->num_rows(), std::move(columns));
  const RowOrder order(calculation.outputs);
  auto sorted = order.empty() ? Result(canonical) : order.sort(canonical);
  if (!sorted.ok()) return wrong_rows("SCHEMA_MISMATCH", sorted.error().message);
  hasher->add("rows").add(static_cast<uint64_t>((*sorted)->num_rows()));
  table->present = true;
  table->rows = (*sorted)->num_rows();
  table->columns = (*sorted)->columns();
  for (const auto& column : (*sorted)->columns()) {
    ColumnHash hash(*column->type());
    hash.add(*column);
    hasher->add(hash.digest());
  }
  return {};
}

}  // namespace

Observation observe(Instance& instance, const Calculation& calculation, const Context& context) {
  Observation seen;
  CellSink sink(calculation, context.dates);
  auto failure = call(instance, calculation, context, &sink);
  Hasher hasher("observation/1");
  for (auto& [date, day] : sink.days) {
    hasher.add(static_cast<uint64_t>(date.days()));
    DayTable& table = seen.tables.emplace_back();
    table.date = date;
    if (!failure) failure = add_rows(calculation, &day, &hasher, &table);
    seen.rows += static_cast<uint64_t>(table.rows);
  }
  for (const auto& entity : sink.failed) hasher.add(entity.entity).add(entity.message);
  hasher.add(sink.skipped);
  if (failure) {
    seen.error = failure->code + ": " + failure->error;
    hasher.add("failed").add(seen.error);
  }
  seen.digest = hasher.digest();
  return seen;
}

}  // namespace almanac::behaviour
