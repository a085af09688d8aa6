#include "columns/csv_text.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/extension_type.h>
#include <arrow/util/utf8.h>
#include <arrow/util/value_parsing.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/check.h"
#include "core/base/names.h"

namespace almanac {

namespace {

constexpr int64_t kSecondsOfDay = 86400;
constexpr int64_t kNanoseconds = 1'000'000'000;
constexpr std::string_view kName = "csv";

class CsvText final : public arrow::ExtensionType {
 public:
  CsvText() : ExtensionType(arrow::utf8()) {}

  std::string extension_name() const override { return std::string(kName); }
  std::string ToString(bool) const override { return std::string(kName); }
  bool ExtensionEquals(const ExtensionType& other) const override {
    return other.extension_name() == kName;
  }
  std::shared_ptr<arrow::Array> MakeArray(std::shared_ptr<arrow::ArrayData> data) const override {
    return std::make_shared<arrow::ExtensionArray>(std::move(data));
  }
  // It lives in memory only.
  std::string Serialize() const override { return ""; }
  arrow::Result<std::shared_ptr<DataType>> Deserialize(std::shared_ptr<DataType>,
                                                       const std::string&) const override {
    return csv_text();
  }
};

std::string_view trimmed(std::string_view field) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!field.empty() && blank(field.front())) field.remove_prefix(1);
  while (!field.empty() && blank(field.back())) field.remove_suffix(1);
  return field;
}

template <size_t n>
bool among(std::string_view field, const std::array<std::string_view, n>& names) {
  return std::find(names.begin(), names.end(), field) != names.end();
}

// Of a field without blanks around it.
bool is_null(std::string_view field) {
  constexpr std::array<std::string_view, 8> kNulls = {"NA",   "N/A",  "n/a", "#N/A",
                                                      "null", "NULL", "NaN", "nan"};
  return field.empty() || ((field.front() == '#' || field.front() > '9') && among(field, kNulls));
}

bool is_text(std::string_view field) {
  static const bool initialized = (arrow::util::InitializeUTF8(), true);
  return initialized && arrow::util::ValidateUTF8(field);
}

bool parse(std::string_view field, bool* value) {
  constexpr std::array<std::string_view, 4> kTrue = {"1", "true", "True", "TRUE"};
  constexpr std::array<std::string_view, 4> kFalse = {"0", "false", "False", "FALSE"};
  *value = among(field, kTrue);
  return *value || among(field, kFalse);
}

// int64_t and double.
template <class Number>
bool parse(std::string_view field, Number* value) {
  const char* end = field.data() + field.size();
  const auto [rest, error] = std::from_chars(field.data(), end, *value);
  return error == std::errc() && rest == end;
}

bool parse(std::string_view field, int32_t* days) {
  const auto time = csv_time(field);
  if (!time || time->fraction || time->seconds % kSecondsOfDay != 0) return false;
  *days = static_cast<int32_t>(time->seconds / kSecondsOfDay);
  return true;
}

template <class Value>
bool parses(std::string_view field) {
  Value value{};
  return parse(field, &value);
}

template <class Builder>
Result<std::shared_ptr<arrow::Array>> parsed(const arrow::StringArray& fields) {
  Builder builder;
  if (const auto memory = builder.Reserve(fields.length()); !memory.ok()) {
    return temporary_error(memory.message());
  }
  typename Builder::value_type value{};
  for (int64_t i = 0; i < fields.length(); ++i) {
    const std::string_view field = trimmed(fields.GetView(i));
    if (is_null(field)) {
      builder.UnsafeAppendNull();
    } else if (parse(field, &value)) {
      builder.UnsafeAppend(value);
    } else {
      return data_error(shown_field(fields.GetView(i)));
    }
  }
  std::shared_ptr<arrow::Array> array;
  if (const auto made = builder.Finish(&array); !made.ok()) return temporary_error(made.message());
  return array;
}

}  // namespace

std::shared_ptr<arrow::DataType> csv_text() {
  static const std::shared_ptr<arrow::DataType> type = std::make_shared<CsvText>();
  return type;
}

bool is_csv_text(const arrow::DataType& type) {
  return type.id() == arrow::Type::EXTENSION &&
         static_cast<const arrow::ExtensionType&>(type).extension_name() == kName;
}

std::shared_ptr<arrow::Array> as_csv_text(const std::shared_ptr<arrow::Array>& strings) {
  return arrow::ExtensionType::WrapArray(csv_text(), strings);
}

const arrow::StringArray& csv_fields(const arrow::Array& column) {
  CHECK(is_csv_text(*column.type()), "a column of a CSV file");
  return static_cast<const arrow::StringArray&>(
      *static_cast<const arrow::ExtensionArray&>(column).storage());
}

TypeSet csv_misfits(std::string_view field, TypeSet asked) {
  TypeSet misfits;
  if (asked.has(Type::String) && !is_text(field)) misfits.add(Type::String);
  asked.remove(Type::String);
  if (asked.empty()) return misfits;
  field = trimmed(field);
  if (is_null(field)) return misfits;
  const auto check = [&](Type type, bool (*fits)(std::string_view)) {
    if (asked.has(type) && !fits(field)) misfits.add(type);
  };
  check(Type::Bool, parses<bool>);
  check(Type::Int64, parses<int64_t>);
  check(Type::Date, parses<int32_t>);
  // What is an integer is a number, too.
  if (!asked.has(Type::Int64) || misfits.has(Type::Int64)) check(Type::Float64, parses<double>);
  return misfits;
}

Result<std::shared_ptr<arrow::Array>> parse_csv(const arrow::Array& column, Type type) {
  const arrow::StringArray& fields = csv_fields(column);
  switch (type) {
    case Type::Bool:
      return parsed<arrow::BooleanBuilder>(fields);
    case Type::Int64:
      return parsed<arrow::Int64Builder>(fields);
    case Type::Float64:
      return parsed<arrow::DoubleBuilder>(fields);
    case Type::Date:
      return parsed<arrow::Date32Builder>(fields);
    case Type::String:
      for (int64_t i = 0; i < fields.length(); ++i) {
        if (!is_text(fields.GetView(i))) return data_error(shown_field(fields.GetView(i)));
      }
      return static_cast<const arrow::ExtensionArray&>(column).storage();
    case Type::Float64List:
    case Type::StringList:
      break;
  }
  return data_error(std::string(kName));
}

std::optional<CsvTime> csv_time(std::string_view field) {
  field = trimmed(field);
  if (const auto date = Date::parse(field)) return CsvTime{date->days() * kSecondsOfDay};
  // 2024-01-02 10:30 is the shortest that is no date.
  if (field.size() <= 10) return std::nullopt;
  static const auto parser = arrow::TimestampParser::MakeISO8601();
  CsvTime time;
  const auto reads = [&](arrow::TimeUnit::type unit) {
    return (*parser)(field.data(), field.size(), unit, &time.seconds, &time.instant);
  };
  if (reads(arrow::TimeUnit::SECOND)) return time;
  if (!reads(arrow::TimeUnit::NANO)) return std::nullopt;
  const int64_t rest = time.seconds % kNanoseconds;
  time.fraction = rest != 0;
  time.seconds = time.seconds / kNanoseconds - (rest < 0);
  return time;
}

std::string shown_field(std::string_view field) {
  if (is_text(field)) {
    // A character is not cut in the middle.
    constexpr size_t kLongest = 80;
    if (field.size() <= kLongest) return in_quotes(field);
    size_t end = kLongest;
    while ((static_cast<unsigned char>(field[end]) & 0xc0) == 0x80) --end;
    return in_quotes(field.substr(0, end)) + "...";
  }
  std::string ascii;
  for (const char c : field.substr(0, 40)) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr const char* kDigits = "0123456789abcdef";
    if (byte < 0x80) {
      ascii += c;
    } else {
      ascii += std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 15];
    }
  }
  return in_quotes(ascii);
}

}  // namespace almanac
