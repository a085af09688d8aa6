// A project in a folder of its own, with root data written by Arrow, and a clock that a test can
// move.
#pragma once

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/ipc/writer.h>
#include <arrow/json/from_string.h>
#include <gtest/gtest.h>
#include <parquet/arrow/writer.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "storage/project_file.h"
#include "storage/root_data.h"

// A namespace of its own, because all tests of storage/ are one program.
namespace almanac::root_data_tests {

namespace fs = std::filesystem;

inline const Date kDay = Date::of(2022, 1, 3);
inline const Date kLastDay = Date::of(2022, 12, 31);

// Columns as (name, type, JSON values).
struct Values {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  std::string json;
};

inline std::shared_ptr<arrow::Table> table_of(const std::vector<Values>& columns) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const Values& column : columns) {
    fields.push_back(arrow::field(column.name, column.type));
    arrays.push_back(arrow::json::ArrayFromJSONString(column.type, column.json).ValueOrDie());
  }
  return arrow::Table::Make(arrow::schema(fields), arrays);
}

class RootDataTest : public testing::Test {
 protected:
  RootDataTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(testing::TempDir()) /
            (std::string("almanac_") + test->test_suite_name() + "_" + test->name());
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  ~RootDataTest() override { fs::remove_all(root_); }

  // Reads the project anew; the cache on disk stays.
  void open(const std::string& toml) {
    auto project = parse_project(toml, "almanac.toml", root_.string(),
                                 [](const char*) -> const char* { return nullptr; });
    ASSERT_TRUE(project.ok()) << project.error().message;
    project_ = std::move(project).value();
    data_ = std::make_unique<FileRootData>(
        project_, [this] { return FileRootData::wall_clock_ns() + skew_; });
  }
  // From now on files written by the test are old enough to be cached.
  void settle() { skew_ = 10'000'000'000; }

  fs::path path(const std::string& relative) {
    fs::create_directories((root_ / relative).parent_path());
    return root_ / relative;
  }
  void write_text(const std::string& relative, const std::string& text) {
    std::ofstream(path(relative), std::ios::binary) << text;
  }
  void write_parquet(const std::string& relative, const std::vector<Values>& columns,
                     int64_t rows_per_group = 1 << 20) {
    const auto file = arrow::io::FileOutputStream::Open(path(relative).string()).ValueOrDie();
    const auto keep_types = parquet::ArrowWriterProperties::Builder().store_schema()->build();
    ASSERT_TRUE(parquet::arrow::WriteTable(*table_of(columns), arrow::default_memory_pool(), file,
                                           rows_per_group, parquet::default_writer_properties(),
                                           keep_types)
                    .ok());
    ASSERT_TRUE(file->Close().ok());
  }
  void write_ipc(const std::string& relative, const std::vector<Values>& columns) {
    const auto table = table_of(columns);
    const auto file = arrow::io::FileOutputStream::Open(path(relative).string()).ValueOrDie();
    const auto writer = arrow::ipc::MakeFileWriter(file, table->schema()).ValueOrDie();
    ASSERT_TRUE(writer->WriteTable(*table).ok());
    ASSERT_TRUE(writer->Close().ok());
    ASSERT_TRUE(file->Close().ok());
  }

  DatasetAvailability index(const std::vector<DatasetAvailability>& recorded = {}) {
    auto found = data_->index(recorded, kLastDay);
    EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message);
    availability_ = std::move(found).value();
    return availability_.datasets.at(0);
  }

  // The rows of a partition as text, one per row: "AAPL 1.5"; or the error.
  std::string read(const std::string& dataset, Date date,
                   const std::vector<Calculation::Column>& columns) {
    auto opened = data_->read(dataset, date, columns);
    if (!opened.ok()) return opened.error().message;
    const auto rows = (*opened)->ToTable();
    if (!rows.ok()) return rows.status().message();
    std::string text;
    for (int64_t row = 0; row < (*rows)->num_rows(); ++row) {
      for (int column = 0; column < (*rows)->num_columns(); ++column) {
        const auto value = (*rows)->column(column)->GetScalar(row).ValueOrDie();
        text += (column == 0 ? "" : " ") + value->ToString();
      }
      text += "\n";
    }
    return text;
  }

  fs::path root_;
  Project project_;
  std::unique_ptr<FileRootData> data_;
  Availability availability_;
  int64_t skew_ = 0;
};

inline constexpr const char* kPositions = R"(
[dataset.positions]
path = "data/date={date}/*.parquet"
entity = "user_id"
)";

inline constexpr const char* kPrices = R"(
[dataset.prices]
path = "data/year={year}/*.parquet"
entity = "ticker"
date_column = "date"
)";

inline const std::vector<Calculation::Column> kTickerClose = {{"ticker", Type::String},
                                                              {"close", Type::Float64}};

// Tables with the columns of prices; `dates` are text.
inline std::vector<Values> prices(const std::string& tickers, const std::string& closes) {
  return {{"ticker", arrow::utf8(), tickers}, {"close", arrow::float64(), closes}};
}

inline std::vector<Values> dated(const std::string& dates, const std::string& tickers,
                                 const std::string& closes) {
  return {{"date", arrow::utf8(), dates},
          {"ticker", arrow::utf8(), tickers},
          {"close", arrow::float64(), closes}};
}

}  // namespace almanac::root_data_tests
