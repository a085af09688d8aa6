#include "tools/almanac/result_rows.h"

#include <arrow/api.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "storage/table_file.h"
#include "tools/almanac/arrow_json.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

Error unreadable(const std::string& path, const std::string& why) {
  return data_error(path + ": " + why);
}

std::string text_of(const json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<void> add_rows(const std::string& path, int64_t most, ResultRows* out) {
  auto reader = open_table(path);
  if (!reader.ok()) return unreadable(path, reader.error().message);
  out->names = (*reader)->schema()->field_names();
  while (!out->more) {
    std::shared_ptr<arrow::RecordBatch> batch;
    const auto status = (*reader)->ReadNext(&batch);
    if (!status.ok()) return unreadable(path, status.message());
    if (batch == nullptr) break;
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      if (static_cast<int64_t>(out->rows.size()) == most) {
        out->more = true;
        return {};
      }
      json& values = out->rows.emplace_back(json::array());
      for (const auto& column : batch->columns()) values.push_back(json_at(*column, row));
    }
  }
  return {};
}

}  // namespace

Result<ResultRows> first_rows(const std::string& folder, int64_t most) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".parquet") files.push_back(entry.path().string());
  }
  if (files.empty()) return usage_error("there is no result in " + folder);
  std::sort(files.begin(), files.end());
  ResultRows out;
  for (const auto& file : files) TRY_VOID(add_rows(file, most, &out));
  return out;
}

void print_rows(const ResultRows& rows) {
  std::vector<size_t> widths;
  std::vector<Side> sides(rows.names.size(), Side::Left);
  for (const auto& name : rows.names) widths.push_back(width_of(name));
  for (const auto& row : rows.rows) {
    for (size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(text_of(row[i])));
      if (row[i].is_number()) sides[i] = Side::Right;
    }
  }
  // Blanks at the end of a line would only wrap where a terminal is narrow.
  if (!widths.empty() && sides.back() == Side::Left) widths.back() = 0;
  const auto print_line = [&](const auto& text) {
    std::string line;
    for (size_t i = 0; i < widths.size(); ++i) {
      line += (i ? "  " : "") + padded(text(i), widths[i], sides[i]);
    }
    std::printf("%s\n", line.c_str());
  };
  print_line([&](size_t i) { return rows.names[i]; });
  for (const auto& row : rows.rows) print_line([&](size_t i) { return text_of(row[i]); });
  if (rows.more) std::printf("and more; --rows N shows so many\n");
}

json rows_json(const ResultRows& rows) {
  json out = json::array();
  for (const auto& row : rows.rows) {
    json object = json::object();
    for (size_t i = 0; i < rows.names.size(); ++i) object[rows.names[i]] = row[i];
    out.push_back(std::move(object));
  }
  return out;
}

}  // namespace almanac
