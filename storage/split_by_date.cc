#include "storage/split_by_date.h"

#include <arrow/array.h>
#include <arrow/compute/api.h>
#include <arrow/compute/initialize.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "columns/csv_text.h"
#include "core/base/names.h"

namespace almanac {

namespace {

Error failed(const std::string& column, const arrow::Status& status) {
  return data_error("cannot take dates from the column " + in_quotes(column) + ": " +
                    status.message());
}

// Everything that can tell a date, as date32 or as text.
arrow::Result<std::shared_ptr<arrow::Array>> simplified(std::shared_ptr<arrow::Array> array,
                                                        const std::string& timezone) {
  namespace cp = arrow::compute;
  if (array->type_id() == arrow::Type::DICTIONARY) {
    const auto& type = static_cast<const arrow::DictionaryType&>(*array->type());
    ARROW_ASSIGN_OR_RAISE(array, cp::Cast(*array, type.value_type()));
  }
  if (array->type_id() == arrow::Type::TIMESTAMP) {
    const auto& type = static_cast<const arrow::TimestampType&>(*array->type());
    if (!type.timezone().empty() && timezone == "UTC") {
      ARROW_ASSIGN_OR_RAISE(array, array->View(arrow::timestamp(type.unit())));
    } else if (!type.timezone().empty()) {
      // An instant is shown on the clocks of the project's zone before its day is taken.
      static const arrow::Status initialized = cp::Initialize();
      ARROW_RETURN_NOT_OK(initialized);
      ARROW_ASSIGN_OR_RAISE(array, cp::Cast(*array, arrow::timestamp(type.unit(), timezone)));
      ARROW_ASSIGN_OR_RAISE(const arrow::Datum local, cp::CallFunction("local_timestamp", {array}));
      array = local.make_array();
    }
    return cp::Cast(*array, arrow::date32(), cp::CastOptions::Unsafe());
  }
  if (array->type_id() == arrow::Type::DATE64) return cp::Cast(*array, arrow::date32());
  if (array->type_id() == arrow::Type::LARGE_STRING ||
      array->type_id() == arrow::Type::STRING_VIEW) {
    return cp::Cast(*array, arrow::utf8());
  }
  return array;
}

// The times in a column of a CSV file: of instants where the first field is one.
Result<std::shared_ptr<arrow::Array>> times_of(const arrow::Array& texts, const std::string& column,
                                               uint64_t rows_before) {
  const arrow::StringArray& fields = csv_fields(texts);
  std::vector<int64_t> seconds;
  seconds.reserve(static_cast<size_t>(fields.length()));
  bool instants = false;
  std::string_view last;
  for (int64_t i = 0; i < fields.length(); ++i) {
    const std::string_view field = fields.GetView(i);
    if (i > 0 && field == last) {
      seconds.push_back(seconds.back());
      continue;
    }
    last = field;
    const auto time = csv_time(field);
    if (i == 0) instants = time && time->instant;
    if (!time || time->instant != instants) {
      return data_error((field.empty() ? "has no date" : "has the date " + shown_field(field)) +
                        " in the column " + in_quotes(column) + " of row " +
                        std::to_string(csv_row(rows_before + static_cast<uint64_t>(i))) +
                        "; expected YYYY-MM-DD");
    }
    seconds.push_back(time->seconds);
  }
  const auto length = static_cast<int64_t>(seconds.size());
  return std::shared_ptr<arrow::Array>(std::make_shared<arrow::TimestampArray>(
      arrow::timestamp(arrow::TimeUnit::SECOND, instants ? "UTC" : ""), length,
      arrow::Buffer::FromVector(std::move(seconds))));
}

Result<std::vector<Date>> dates_of(const arrow::RecordBatch& batch, const std::string& column,
                                   const std::string& timezone, uint64_t rows_before) {
  auto original = batch.GetColumnByName(column);
  CHECK(original != nullptr, "the reader checked that the date column is there");
  if (is_csv_text(*original->type())) {
    TRY(original, times_of(*original, column, rows_before));
  }
  const auto simple = simplified(original, timezone);
  if (!simple.ok()) return failed(column, simple.status());
  const arrow::Array& array = **simple;
  if (array.null_count() > 0) {
    return data_error("has a row without a date; expected none null in the column " +
                      in_quotes(column));
  }
  std::vector<Date> dates;
  dates.reserve(static_cast<size_t>(array.length()));
  if (array.type_id() == arrow::Type::DATE32) {
    const int32_t* days = static_cast<const arrow::Date32Array&>(array).raw_values();
    for (int64_t i = 0; i < array.length(); ++i) dates.emplace_back(days[i]);
  } else if (array.type_id() == arrow::Type::STRING) {
    const auto& texts = static_cast<const arrow::StringArray&>(array);
    std::string_view last;
    for (int64_t i = 0; i < array.length(); ++i) {
      const std::string_view text = texts.GetView(i);
      if (i > 0 && text == last) {
        dates.push_back(dates.back());
        continue;
      }
      const auto date = Date::parse(text);
      if (!date) {
        return data_error("has the date " + in_quotes(text) + " in the column " +
                          in_quotes(column) + "; expected YYYY-MM-DD");
      }
      dates.push_back(*date);
      last = text;
    }
  } else {
    return data_error("has the type " + original->type()->ToString() + " in the column " +
                      in_quotes(column) + "; expected a date, a timestamp or text YYYY-MM-DD");
  }
  return dates;
}

}  // namespace

Result<std::vector<DatedRows>> split_by_date(const std::shared_ptr<arrow::RecordBatch>& batch,
                                             const std::string& date_column,
                                             const std::string& timezone, uint64_t rows_before) {
  if (batch->num_rows() == 0) return std::vector<DatedRows>();
  TRY(std::vector<Date> dates, dates_of(*batch, date_column, timezone, rows_before));
  std::vector<int64_t> order(dates.size());
  std::iota(order.begin(), order.end(), 0);
  std::shared_ptr<arrow::RecordBatch> ordered = batch;
  if (!std::is_sorted(dates.begin(), dates.end())) {
    const auto earlier = [&](int64_t a, int64_t b) {
      return std::pair(dates[static_cast<size_t>(a)], a) <
             std::pair(dates[static_cast<size_t>(b)], b);
    };
    std::sort(order.begin(), order.end(), earlier);
    const auto indices = std::make_shared<arrow::Int64Array>(static_cast<int64_t>(order.size()),
                                                             arrow::Buffer::Wrap(order));
    const auto taken = arrow::compute::Take(batch, arrow::Datum(indices));
    if (!taken.ok()) return failed(date_column, taken.status());
    ordered = taken->record_batch();
    std::sort(dates.begin(), dates.end());
  }
  std::vector<DatedRows> split;
  for (size_t from = 0; from < dates.size();) {
    const size_t to = static_cast<size_t>(
        std::upper_bound(dates.begin() + static_cast<int64_t>(from), dates.end(), dates[from]) -
        dates.begin());
    const auto first = static_cast<int64_t>(from), end = static_cast<int64_t>(to);
    split.push_back({dates[from],
                     ordered->Slice(first, end - first),
                     {order.begin() + first, order.begin() + end}});
    from = to;
  }
  return split;
}

}  // namespace almanac
