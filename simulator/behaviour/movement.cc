#include "simulator/behaviour/movement.h"

#include <arrow/array.h>
#include <arrow/compare.h>

#include <algorithm>
#include <cmath>

namespace almanac::behaviour {

namespace {

// Relative to the larger; 1 where one of them is no number that can be subtracted.
double apart(double before, double now) {
  const double scale = std::max(std::fabs(before), std::fabs(now));
  const double difference = std::fabs(before - now) / scale;
  return std::isfinite(difference) ? difference : 1;
}

double number_at(const arrow::Array& column, int64_t row) {
  if (column.IsNull(row)) return std::nan("");
  if (column.type_id() == arrow::Type::DOUBLE) {
    return static_cast<const arrow::DoubleArray&>(column).Value(row);
  }
  return static_cast<double>(static_cast<const arrow::Int64Array&>(column).Value(row));
}

void add(const arrow::Array& before, const arrow::Array& now, Movement* moved) {
  const bool number =
      before.type_id() == arrow::Type::DOUBLE || before.type_id() == arrow::Type::INT64;
  const auto equal = arrow::EqualOptions().nans_equal(true);
  for (int64_t row = 0; row < before.length(); ++row) {
    ++moved->values;
    if (before.RangeEquals(now, row, row + 1, row, equal)) continue;
    ++moved->differing;
    if (!number) continue;
    moved->greatest = std::max(moved->greatest, apart(number_at(before, row), number_at(now, row)));
  }
}

// Whether both put out as many rows on each date.
bool same_rows(const Observation& before, const Observation& now) {
  return std::equal(before.tables.begin(), before.tables.end(), now.tables.begin(),
                    now.tables.end(), [](const DayTable& a, const DayTable& b) {
                      return a.rows == b.rows && a.columns.size() == b.columns.size();
                    });
}

}  // namespace

std::vector<Movement> movements(const std::vector<Calculation::Output>& outputs,
                                const std::vector<Observation>& before,
                                const std::vector<Observation>& now) {
  std::vector<Movement> all(outputs.size() + 1);
  for (size_t o = 0; o < outputs.size(); ++o) all[o].column = outputs[o].name;
  for (size_t i = 0; i < std::min(before.size(), now.size()); ++i) {
    Movement& rest = all.back();
    ++rest.values;
    const bool comparable = before[i].error == now[i].error && same_rows(before[i], now[i]);
    uint64_t differing = 0;
    for (size_t day = 0; comparable && day < before[i].tables.size(); ++day) {
      const auto& columns = before[i].tables[day].columns;
      for (size_t o = 0; o < std::min(outputs.size(), columns.size()); ++o) {
        const uint64_t known = all[o].differing;
        add(*columns[o], *now[i].tables[day].columns[o], &all[o]);
        differing += all[o].differing - known;
      }
    }
    if (before[i].digest != now[i].digest && differing == 0) ++rest.differing;
  }
  std::erase_if(all, [](const Movement& moved) { return moved.differing == 0; });
  return all;
}

}  // namespace almanac::behaviour
