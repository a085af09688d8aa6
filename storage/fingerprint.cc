#include "storage/fingerprint.h"

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <map>

#include "columns/column_hash.h"
#include "core/base/names.h"
#include "core/base/nearest.h"
#include "storage/batch_stream.h"
#include "storage/split_by_date.h"
#include "storage/table_file.h"

namespace almanac {

namespace {

struct OpenDay {
  uint64_t rows = 0;
  std::vector<ColumnHash> columns;
};

OpenDay open_day(const arrow::Schema& schema) {
  OpenDay day;
  for (const auto& field : schema.fields()) day.columns.emplace_back(*field->type());
  return day;
}

void add_rows(const arrow::RecordBatch& batch, OpenDay* day) {
  day->rows += static_cast<uint64_t>(batch.num_rows());
  for (int i = 0; i < batch.num_columns(); ++i) {
    day->columns[static_cast<size_t>(i)].add(*batch.column(i));
  }
}

}  // namespace

Result<Fingerprint> fingerprint_file(const std::string& path, const std::string& date_column,
                                     const std::string& timezone) {
  TRY(const auto reader, open_table(path));
  const auto schema = reader->schema();
  if (!date_column.empty() && schema->GetFieldIndex(date_column) < 0) {
    return data_error("has no date column " + in_quotes(date_column) + "; the nearest is " +
                      in_quotes(nearest(date_column, schema->field_names())));
  }
  std::map<Date, OpenDay> days;
  if (date_column.empty()) days.emplace(Date(), open_day(*schema));
  for (;;) {
    TRY(const Batch batch, next_batch(*reader));
    if (batch == nullptr) break;
    if (date_column.empty()) {
      add_rows(*batch, &days.begin()->second);
      continue;
    }
    TRY(const auto split, split_by_date(batch, date_column, timezone));
    for (const DatedRows& part : split) {
      auto day = days.find(part.date);
      if (day == days.end()) day = days.emplace(part.date, open_day(*schema)).first;
      add_rows(*part.rows, &day->second);
    }
  }

  Fingerprint fingerprint;
  auto columns = std::make_shared<PartitionSchema>();
  for (const auto& field : schema->fields()) {
    columns->names.push_back(field->name());
    columns->types.push_back(field->type()->ToString());
  }
  fingerprint.schema = std::move(columns);
  for (const auto& [date, open] : days) {
    Fingerprint::Day& day = fingerprint.days.emplace_back();
    day.date = date;
    day.rows = open.rows;
    for (const ColumnHash& column : open.columns) day.columns.push_back(column.digest());
  }
  return fingerprint;
}

Fingerprint::Day concatenated(Date date, const std::vector<const Fingerprint::Day*>& parts) {
  Fingerprint::Day whole{date, 0, {}};
  for (const Fingerprint::Day* part : parts) whole.rows += part->rows;
  for (size_t column = 0; column < parts.front()->columns.size(); ++column) {
    Hasher hasher("concatenated/1");
    for (const Fingerprint::Day* part : parts) hasher.add(part->rows).add(part->columns[column]);
    whole.columns.push_back(parts.size() == 1 ? parts[0]->columns[column] : hasher.digest());
  }
  return whole;
}

}  // namespace almanac
