// ColumnDifference: how far two results are apart in one column, row by row.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace arrow {
class Array;
}

namespace almanac {

class ColumnDifference {
 public:
  explicit ColumnDifference(std::string name) : name_(std::move(name)) {}

  // Takes row `i` of `a` and row `j` of `b`, which have the same type, into account. True where
  // they differ: any two values that are not equal, NaN being equal to itself.
  bool add(const arrow::Array& a, int64_t i, const arrow::Array& b, int64_t j);

  const std::string& name() const { return name_; }
  int64_t rows() const { return rows_; }  // that differ
  // Over numbers that are finite on both sides, elements of lists included; empty: there are none.
  // The relative one is of the larger of both magnitudes.
  const std::optional<double>& largest_absolute() const { return absolute_; }
  const std::optional<double>& largest_relative() const { return relative_; }

 private:
  bool differ(const arrow::Array& a, int64_t i, const arrow::Array& b, int64_t j);
  void note(double a, double b, double apart);

  std::string name_;
  int64_t rows_ = 0;
  std::optional<double> absolute_, relative_;
};

}  // namespace almanac
