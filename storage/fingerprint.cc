#include "storage/fingerprint.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <map>
#include <numeric>
#include <span>

#include "columns/column_hash.h"
#include "columns/csv_text.h"
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
  std::vector<TypeSet> readable;  // of a CSV file: as what its columns can be read so far
  std::vector<Stray> strays;
};

OpenDay open_day(const arrow::Schema& schema) {
  OpenDay day;
  for (const auto& field : schema.fields()) {
    day.columns.emplace_back(*field->type());
    day.readable.push_back(is_csv_text(*field->type()) ? kScalarTypes : TypeSet());
  }
  return day;
}

// Some rows of the batch before which the file has `rows_before`, and their positions in it.
void add_rows(const arrow::RecordBatch& rows, uint64_t rows_before,
              std::span<const int64_t> positions, OpenDay* day) {
  day->rows += static_cast<uint64_t>(rows.num_rows());
  for (size_t column = 0; column < day->columns.size(); ++column) {
    const arrow::Array& values = *rows.column(static_cast<int>(column));
    day->columns[column].add(values);
    TypeSet& readable = day->readable[column];
    if (readable.empty()) continue;
    const arrow::StringArray& fields = csv_fields(values);
    for (size_t i = 0; !readable.empty() && i < positions.size(); ++i) {
      const std::string_view field = fields.GetView(static_cast<int64_t>(i));
      const TypeSet misfits = csv_misfits(field, readable);
      if (misfits.empty()) continue;
      readable.remove(misfits);
      const uint64_t row = csv_row(rows_before + static_cast<uint64_t>(positions[i]));
      day->strays.push_back({column, misfits, row, shown_field(field), ""});
    }
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
  for (uint64_t rows = 0;;) {
    TRY(const Batch batch, next_batch(*reader));
    if (batch == nullptr) break;
    std::vector<DatedRows> split;
    if (date_column.empty()) {
      split.push_back(
          {Date(), batch, std::vector<int64_t>(static_cast<size_t>(batch->num_rows()))});
      std::iota(split[0].positions.begin(), split[0].positions.end(), 0);
    } else {
      TRY(split, split_by_date(batch, date_column, timezone, rows));
    }
    for (const DatedRows& part : split) {
      auto day = days.find(part.date);
      if (day == days.end()) day = days.emplace(part.date, open_day(*schema)).first;
      add_rows(*part.rows, rows, part.positions, &day->second);
    }
    rows += static_cast<uint64_t>(batch->num_rows());
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
    day.strays = open.strays;
    for (const ColumnHash& column : open.columns) day.columns.push_back(column.digest());
  }
  return fingerprint;
}

Fingerprint::Day concatenated(Date date, const std::vector<const Fingerprint::Day*>& parts) {
  Fingerprint::Day whole{date, 0, {}, {}};
  for (const Fingerprint::Day* part : parts) whole.rows += part->rows;
  for (size_t column = 0; column < parts.front()->columns.size(); ++column) {
    Hasher hasher("concatenated/1");
    for (const Fingerprint::Day* part : parts) hasher.add(part->rows).add(part->columns[column]);
    whole.columns.push_back(parts.size() == 1 ? parts[0]->columns[column] : hasher.digest());
  }
  return whole;
}

}  // namespace almanac
