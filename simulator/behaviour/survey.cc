#include "simulator/behaviour/survey.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "runner/whole_table.h"

namespace almanac::behaviour {

namespace {

constexpr int64_t kRows = 50'000;  // of a table
constexpr size_t kQuantiles = 33;
constexpr size_t kTexts = 32;  // different ones of a column

struct Sample {
  std::vector<double> numbers;
  std::set<std::string> texts;
  uint64_t values = 0, nulls = 0;
};

void add(const arrow::Array& column, Sample* sample) {
  for (int64_t row = 0; row < column.length(); ++row) {
    ++sample->values;
    if (column.IsNull(row)) {
      ++sample->nulls;
    } else if (column.type_id() == arrow::Type::DOUBLE) {
      const double value = static_cast<const arrow::DoubleArray&>(column).Value(row);
      if (std::isfinite(value)) sample->numbers.push_back(value);
    } else if (column.type_id() == arrow::Type::INT64) {
      const int64_t value = static_cast<const arrow::Int64Array&>(column).Value(row);
      sample->numbers.push_back(static_cast<double>(value));
    } else if (column.type_id() == arrow::Type::STRING && sample->texts.size() < kTexts) {
      sample->texts.insert(static_cast<const arrow::StringArray&>(column).GetString(row));
    }
  }
}

Material::Column column_of(Sample sample) {
  Material::Column column;
  std::sort(sample.numbers.begin(), sample.numbers.end());
  for (size_t q = 0; q < kQuantiles && !sample.numbers.empty(); ++q) {
    column.numbers.push_back(sample.numbers[q * (sample.numbers.size() - 1) / (kQuantiles - 1)]);
  }
  column.texts.assign(sample.texts.begin(), sample.texts.end());
  if (sample.values > 0) {
    column.nulls = static_cast<double>(sample.nulls) / static_cast<double>(sample.values);
  }
  return column;
}

}  // namespace

Result<Material> survey(const CellTask& task) {
  Material material;
  material.dates = task.dates;
  std::map<std::string, Sample> samples;
  for (size_t r = 0; r < task.inputs.size(); ++r) {
    const auto& days = task.inputs[r].days;
    const auto last = std::find_if(days.rbegin(), days.rend(),
                                   [](const InputDay& day) { return static_cast<bool>(day.open); });
    if (last == days.rend()) continue;
    const Calculation::Read& read = task.calculation->reads[r];
    TRY(const auto reader, open_day(read, *last, read.columns));
    for (int64_t rows = 0; rows < kRows;) {
      TRY(const auto batch, next_batch(*reader, read, last->date));
      if (!batch) break;
      rows += batch->num_rows();
      for (size_t c = 0; c < read.columns.size(); ++c) {
        add(*batch->column(static_cast<int>(c)), &samples[read.columns[c].name]);
      }
    }
  }
  for (auto& [name, sample] : samples) material.columns[name] = column_of(std::move(sample));
  return material;
}

}  // namespace almanac::behaviour
