#include "tools/almanac/result_rows.h"

#include <arrow/api.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "storage/table_file.h"
#include "tools/almanac/arrow_json.h"

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
  while (static_cast<int64_t>(out->rows.size()) < most) {
    std::shared_ptr<arrow::RecordBatch> batch;
    const auto status = (*reader)->ReadNext(&batch);
    if (!status.ok()) return unreadable(path, status.message());
    if (batch == nullptr) break;
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      if (static_cast<int64_t>(out->rows.size()) == most) break;
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
  for (const auto& name : rows.names) widths.push_back(name.size());
  for (const auto& row : rows.rows) {
    for (size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], text_of(row[i]).size());
    }
  }
  // Blanks at the end of a line would only wrap where a terminal is narrow.
  if (!rows.rows.empty() && !rows.rows[0].back().is_number()) widths.back() = 0;
  for (size_t i = 0; i < widths.size(); ++i) {
    const bool right = !rows.rows.empty() && rows.rows[0][i].is_number();
    std::printf("%s%*s", i ? "  " : "",
                right ? static_cast<int>(widths[i]) : -static_cast<int>(widths[i]),
                rows.names[i].c_str());
  }
  std::printf("\n");
  for (const auto& row : rows.rows) {
    for (size_t i = 0; i < widths.size(); ++i) {
      const int width = static_cast<int>(widths[i]);
      std::printf("%s%*s", i ? "  " : "", row[i].is_number() ? width : -width,
                  text_of(row[i]).c_str());
    }
    std::printf("\n");
  }
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
