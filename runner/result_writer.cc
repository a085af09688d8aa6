#include "runner/result_writer.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <span>
#include <utility>

#include "columns/cast.h"

namespace almanac {

namespace {

std::shared_ptr<arrow::Schema> schema_of(const Calculation& calculation) {
  arrow::FieldVector fields;
  for (const auto& output : calculation.outputs) {
    fields.push_back(arrow::field(output.name, arrow_type(output.type), output.nullable));
  }
  return arrow::schema(std::move(fields));
}

std::vector<uint8_t> validity_of(const arrow::Array& array) {
  std::vector<uint8_t> valid;
  if (array.null_count() == 0) return valid;
  valid.resize(static_cast<size_t>(array.length()));
  for (int64_t i = 0; i < array.length(); ++i) valid[static_cast<size_t>(i)] = array.IsValid(i);
  return valid;
}

}  // namespace

ResultWriter::ResultWriter(const Calculation& calculation, Date date, const Limits& limits,
                           StagePath stage)
    : calculation_(calculation),
      label_(calculation.id + " on " + date.str()),
      order_(calculation.outputs),
      validator_(calculation.outputs),
      shards_(schema_of(calculation), limits, std::move(stage), calculation.id + "-" + date.str()) {
  for (const auto& output : calculation.outputs) hashes_.emplace_back(*arrow_type(output.type));
}

MaybeFailure ResultWriter::add(const std::shared_ptr<arrow::RecordBatch>& rows) {
  if (rows->num_rows() == 0) return {};
  if (auto failure = check_nulls(*rows)) return failure;
  arrow::ArrayVector columns;
  for (const auto& column : rows->columns()) columns.push_back(canonical_doubles(column));
  const auto canonical =
      arrow::RecordBatch::Make(schema_of(calculation_), rows->num_rows(), std::move(columns));
  auto sorted = order_.sort(canonical);
  if (!sorted.ok()) return wrong_rows("SCHEMA_MISMATCH", sorted.error().message);
  if (auto failure = check_keys(**sorted)) return failure;
  observe(**sorted);
  rows_ += static_cast<uint64_t>((*sorted)->num_rows());
  last_ = (*sorted)->Slice((*sorted)->num_rows() - 1);
  return shards_.write(std::move(*sorted));
}

MaybeFailure ResultWriter::check_nulls(const arrow::RecordBatch& rows) const {
  for (size_t i = 0; i < calculation_.outputs.size(); ++i) {
    const auto& output = calculation_.outputs[i];
    const int64_t nulls = rows.column(static_cast<int>(i))->null_count();
    if (nulls == 0 || output.nullable) continue;
    return wrong_rows("SCHEMA_MISMATCH", label_ + ": column '" + output.name +
                                             "' is not nullable, found " + std::to_string(nulls) +
                                             " nulls");
  }
  return {};
}

MaybeFailure ResultWriter::check_keys(const arrow::RecordBatch& rows) {
  if (order_.empty()) return {};
  const auto duplicate = [&](const arrow::RecordBatch& batch, int64_t row) {
    return wrong_rows("DUPLICATE_KEY",
                      label_ + ": two rows have the key " + order_.describe(batch, row) +
                          "; put out one row for each key, or declare another key field");
  };
  if (last_ != nullptr) {
    const int order = order_.compare(*last_, 0, rows, 0);
    if (order == 0) return duplicate(rows, 0);
    if (order > 0) {
      return wrong_rows("SCHEMA_MISMATCH", label_ + ": a row with the key " +
                                               order_.describe(rows, 0) + " comes after " +
                                               order_.describe(*last_, 0) +
                                               "; rows of an entity must have its id");
    }
  }
  const int64_t row = order_.duplicate(rows);
  if (row >= 0) return duplicate(rows, row);
  return {};
}

void ResultWriter::observe(const arrow::RecordBatch& rows) {
  const auto length = static_cast<size_t>(rows.num_rows());
  for (size_t i = 0; i < hashes_.size(); ++i) {
    const arrow::Array& array = *rows.column(static_cast<int>(i));
    hashes_[i].add(array);
    if (array.type_id() == arrow::Type::DOUBLE) {
      const double* values = static_cast<const arrow::DoubleArray&>(array).raw_values();
      validator_.add(i, std::span(values, length), validity_of(array));
    } else if (array.type_id() == arrow::Type::INT64) {
      const int64_t* values = static_cast<const arrow::Int64Array&>(array).raw_values();
      validator_.add(i, std::span(values, length), validity_of(array));
    } else {
      validator_.add(i, length, static_cast<uint64_t>(array.null_count()));
    }
  }
}

void ResultWriter::entity_failed(std::string_view id, std::string_view message) {
  ++failed_;
  failures_.add(id).add(message);
}

void ResultWriter::rejected(const std::string& reason, int64_t rows) {
  rejected_[reason] += static_cast<uint64_t>(rows);
}

MaybeFailure ResultWriter::finish(CellOutcome* outcome) {
  if (order_.empty() && rows_ != 1) {
    return wrong_rows(
        "SCHEMA_MISMATCH",
        label_ + ": expected one row, as there is no key field; found " + std::to_string(rows_));
  }
  if (const std::string verdict = validator_.verdict(); !verdict.empty()) {
    return wrong_rows("QUALITY_CIRCUIT_BREAKER", label_ + ": " + verdict);
  }
  if (auto failure = shards_.finish()) return failure;
  ResultRecord& record = outcome->result;
  std::vector<std::string> names;
  for (const auto& output : calculation_.outputs) names.push_back(output.name);
  record.names = std::make_shared<const std::vector<std::string>>(std::move(names));
  for (const ColumnHash& hash : hashes_) record.columns.push_back(hash.digest());
  record.rows = rows_;
  outcome->files = shards_.take_files();
  for (const StagedFile& file : outcome->files) {
    record.shards.push_back(file.blob);
    outcome->statistics.bytes += file.blob.bytes;
  }
  record.hash = identity(record);
  outcome->statistics.rows = rows_;
  Statistics& statistics = outcome->statistics;
  for (const auto& [reason, rows] : rejected_) {
    statistics.rejected += rows;
    if (statistics.reasons.size() < Statistics::kReasons) statistics.reasons[reason] = rows;
  }
  return {};
}

Hash ResultWriter::identity(const ResultRecord& record) const {
  Hasher hasher("result/1");
  hasher.add(static_cast<uint64_t>(record.columns.size()));
  for (size_t i = 0; i < record.columns.size(); ++i) {
    const Calculation::Output& output = calculation_.outputs[i];
    hasher.add(output.name).add(name_of(output.type));
    hasher.add(uint64_t{output.key}).add(uint64_t{output.nullable}).add(record.columns[i]);
  }
  hasher.add(rows_).add(failed_).add(failures_.digest());
  hasher.add(static_cast<uint64_t>(rejected_.size()));
  for (const auto& [reason, rows] : rejected_) hasher.add(reason).add(rows);
  return hasher.digest();
}

}  // namespace almanac
