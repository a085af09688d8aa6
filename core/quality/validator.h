// Validator: looks for signs that one cell's rows are wrong although nothing failed. It is fed
// column by column as rows come, keeps a few numbers per column, and gives its verdict at the end;
// how the rows are cut does not matter. Pure.
//
// 1. key:      NaN or infinity in a key field.
// 2. flatline: at least 1,000 values in a numeric column, all equal. Not where declared constant.
// 3. nulls:    more than half of a numeric or nullable column is null, NaN or infinite. Not where
//              declared sparse.
// Numeric are int64 and float64; lists have neither rule 1 nor rule 2.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/manifest/calculation.h"

namespace almanac {

class Validator {
 public:
  static constexpr uint64_t kFlatlineRows = 1000;
  static constexpr uint64_t kMaxNullPercent = 50;

  explicit Validator(const std::vector<Calculation::Output>& outputs);

  // The next rows of a column. `valid`: a byte for each value, 0 is null; empty: all are valid.
  void add(size_t column, std::span<const double> values, std::span<const uint8_t> valid);
  void add(size_t column, std::span<const int64_t> values, std::span<const uint8_t> valid);
  // The same of a column that is not numeric.
  void add(size_t column, uint64_t rows, uint64_t nulls);

  // What was found, each finding with column, rule and figure; empty when all is well.
  std::string verdict() const;

 private:
  struct Column {
    Calculation::Output output;
    uint64_t rows = 0, nulls = 0, not_finite = 0;
    bool varies = false;
    double first_double = 0;
    int64_t first_int = 0;

    uint64_t values() const { return rows - nulls - not_finite; }
  };

  std::vector<Column> columns_;
};

}  // namespace almanac
