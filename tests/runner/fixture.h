// What the tests of the runner share: calculations in this process, tables from JSON, staging.
#pragma once

#include <arrow/array.h>
#include <arrow/io/file.h>
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/table.h>
#include <arrow/type.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "almanac/calculation.h"
#include "columns/cast.h"
#include "runner/description.h"
#include "runner/execute.h"
#include "runner/module.h"

namespace almanac {

inline constexpr Date kDay = Date::of(2024, 1, 2);

// A calculation whose class is part of the test.
template <class Class>
struct Loaded {
  struct Identity {
    static constexpr const char* category = "tests";
    static constexpr const char* id = "subject";
  };
  const abi::Module* module = detail::module_of<Class, Identity>();
  Calculation calculation = describe();
  Instance instance{module, module->create(nullptr, 0, nullptr, 0)};

  Calculation describe() const {
    char error[1000] = "";
    const abi::Description* description = module->describe(error, sizeof error);
    CHECK(description != nullptr, error);
    return read_description(*description, "subject").value();
  }
};

// Rows of objects, `[{"user_id": 1, "x": 2.5}]`; columns that are absent are null.
inline std::shared_ptr<arrow::RecordBatch> table(const std::vector<Calculation::Column>& columns,
                                                 const std::string& json) {
  const auto type = arrow::struct_(arrow_schema(columns)->fields());
  const auto rows = arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
  return arrow::RecordBatch::FromStructArray(rows).ValueOrDie();
}

// A day whose table comes in batches of at most `batch_rows` rows.
inline InputDay day(Date date, std::shared_ptr<arrow::RecordBatch> rows,
                    int64_t batch_rows = 1 << 20) {
  return {date,
          [rows, batch_rows](const std::vector<Calculation::Column>& columns)
              -> Result<std::shared_ptr<arrow::RecordBatchReader>> {
            std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
            for (int64_t from = 0; from < rows->num_rows(); from += batch_rows) {
              batches.push_back(cast_columns(*rows->Slice(from, batch_rows), columns).value());
            }
            return arrow::RecordBatchReader::Make(batches, arrow_schema(columns)).ValueOrDie();
          }};
}

inline InputDay absent(Date date) {
  return {date, {}};
}

// A folder for staged files, removed at the end.
class Staging {
 public:
  Staging() {
    std::string path = (std::filesystem::temp_directory_path() / "almanac-XXXXXX").string();
    CHECK(mkdtemp(path.data()) != nullptr, "a temporary folder");
    path_ = path;
  }
  ~Staging() { std::filesystem::remove_all(path_); }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  StagePath stage() {
    return
        [this](const std::string& name) { return path_ / (std::to_string(next_++) + "-" + name); };
  }

  size_t files() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::filesystem::path path_;
  int next_ = 0;
};

// What staged files hold, one after the other.
inline std::shared_ptr<arrow::Table> read_back(const std::vector<StagedFile>& files) {
  std::vector<std::shared_ptr<arrow::Table>> tables;
  for (const StagedFile& file : files) {
    auto input = arrow::io::ReadableFile::Open(file.path).ValueOrDie();
    EXPECT_EQ(input->GetSize().ValueOrDie(), static_cast<int64_t>(file.blob.bytes));
    auto reader = parquet::arrow::OpenFile(input, arrow::default_memory_pool()).ValueOrDie();
    tables.push_back(reader->ReadTable().ValueOrDie());
  }
  return arrow::ConcatenateTables(tables).ValueOrDie()->CombineChunks().ValueOrDie();
}

// The rows as "1, 2.5; 2, null".
inline std::string text_of(const arrow::Table& table) {
  std::string text;
  for (int64_t row = 0; row < table.num_rows(); ++row) {
    text += row > 0 ? "; " : "";
    for (int column = 0; column < table.num_columns(); ++column) {
      const auto value = table.column(column)->GetScalar(row).ValueOrDie();
      text += (column > 0 ? ", " : "") + value->ToString();
    }
  }
  return text;
}

inline std::string text_of(const CellOutcome& outcome) {
  return outcome.code.empty() ? text_of(*read_back(outcome.files))
                              : outcome.code + ": " + outcome.error;
}

// A task of one date or several.
template <class Class>
CellTask task_of(const Loaded<Class>& loaded, std::vector<Input> inputs,
                 std::vector<Date> dates = {kDay}) {
  CellTask task;
  task.calculation = &loaded.calculation;
  task.dates = std::move(dates);
  task.inputs = std::move(inputs);
  return task;
}

}  // namespace almanac
