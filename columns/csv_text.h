// CsvText: a column of a CSV file. Its fields are texts until somebody reads them as a type, so
// that no field decides how the others are read; it is an Arrow type of its own, "csv", so that
// nobody takes it for a column of strings.
//
//   read as   a field is
//   string    any text in UTF-8, as it stands there
//   bool      true, True, TRUE, 1 or false, False, FALSE, 0
//   int64     digits, with a minus before them where it is below 0
//   float64   a number such as -1.5 or 2e-3, or inf; it becomes the nearest double
//   date      YYYY-MM-DD, or a time (ISO 8601) at midnight
// For all but string, blanks around a field do not count, and nothing, NA, N/A, n/a, #N/A, null,
// NULL, NaN and nan are null.
//
// Thread rule: all functions may be called from several threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/data/stray.h"

namespace arrow {
class Array;
class DataType;
class StringArray;
}  // namespace arrow

namespace almanac {

std::shared_ptr<arrow::DataType> csv_text();
bool is_csv_text(const arrow::DataType& type);
// A column of strings, which need not be UTF-8, as one of a CSV file; and its fields.
std::shared_ptr<arrow::Array> as_csv_text(const std::shared_ptr<arrow::Array>& strings);
const arrow::StringArray& csv_fields(const arrow::Array& column);

// Which of the types a field cannot be read as.
TypeSet csv_misfits(std::string_view field, TypeSet asked);

// A column read as a type. Data error where a field cannot; the message is that field, in quotes.
Result<std::shared_ptr<arrow::Array>> parse_csv(const arrow::Array& column, Type type);

// A point in time, YYYY-MM-DD or ISO 8601; nullopt where the field is none.
struct CsvTime {
  int64_t seconds = 0;  // since 1970, on the clocks of UTC or on those that the file speaks of
  bool fraction = false;
  bool instant = false;  // an offset from UTC stands with it
};
std::optional<CsvTime> csv_time(std::string_view field);

// A field in quotes, for a message: in UTF-8 whatever it holds, cut where it is long.
std::string shown_field(std::string_view field);

// The row with an index as people count it: as a spreadsheet does, in which the header is row 1.
inline uint64_t csv_row(uint64_t index) {
  return index + 2;
}

}  // namespace almanac
