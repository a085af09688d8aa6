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

// From this number on, entities come in two batches, as many do when cells are computed.
constexpr int64_t kSeveral = 3;

std::vector<Context> parts_of(const Context& context) {
  const int64_t entities = context.entities->length();
  if (entities < kSeveral) return {context};
  return {part_of(context, 0, entities / 2), part_of(context, entities / 2, entities)};
}

std::vector<const ReadTables*> tables_of(const std::vector<ReadTables>& reads) {
  std::vector<const ReadTables*> tables;
  for (const ReadTables& read : reads) tables.push_back(&read);
  return tables;
}

// The tables that come by entity, batch by batch.
struct Feed {
  const Context* context;
  std::vector<Context> parts;
  size_t next_part = 0;
  std::optional<BatchView> view;

  static int next(void* self, bool first, const abi::Batch** batch) {
    auto* feed = static_cast<Feed*>(self);
    if (first) feed->next_part = 0;
    if (feed->next_part == feed->parts.size()) return 0;
    const Context& part = feed->parts[feed->next_part++];
    if (part.entities->length() == 0) return 0;
    feed->view.emplace(feed->context->dates, tables_of(part.reads), part.entities.get(),
                       feed->context->calendar);
    *batch = &feed->view->batch();
    return 1;
  }
};

MaybeFailure call(Instance& instance, const Calculation& calculation, const Context& context,
                  CellSink* sink) {
  if (context.entities == nullptr) {
    const BatchView view(context.dates, tables_of(context.reads), nullptr, context.calendar);
    return process(instance, view.batch(), sink);
  }
  if (calculation.kind == Calculation::Kind::PerEntity) {
    for (const Context& part : parts_of(context)) {
      const BatchView view(context.dates, tables_of(part.reads), part.entities.get(),
                           context.calendar);
      if (auto failure = process(instance, view.batch(), sink)) return failure;
    }
    return {};
  }
  Feed feed{&context, parts_of(context), 0, {}};
  std::vector<const ReadTables*> tables = tables_of(context.reads);
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
