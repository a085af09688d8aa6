// Canonical values: one NaN, no -0.0, rows sorted by all key fields, no key twice. What is hashed
// is what is stored.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/manifest/calculation.h"

namespace arrow {
class Array;
class RecordBatch;
}  // namespace arrow

namespace almanac {

// The array with canonical doubles, also in lists; itself where it has them already.
std::shared_ptr<arrow::Array> canonical_doubles(const std::shared_ptr<arrow::Array>& array);

// The order of rows by the key fields of a calculation's output.
class RowOrder {
 public:
  explicit RowOrder(const std::vector<Calculation::Output>& outputs);

  bool empty() const { return fields_.empty(); }

  // The rows in key order; stable, and itself where they are in order already.
  Result<std::shared_ptr<arrow::RecordBatch>> sort(
      const std::shared_ptr<arrow::RecordBatch>& rows) const;

  // The first of sorted rows whose key is that of the row before it; -1 if all differ. NaN differs.
  int64_t duplicate(const arrow::RecordBatch& rows) const;

  // Negative, 0 or positive as row `i` of `a` is before, equal to or after row `j` of `b`.
  int compare(const arrow::RecordBatch& a, int64_t i, const arrow::RecordBatch& b, int64_t j) const;

  // "user_id 7, sector Energy"
  std::string describe(const arrow::RecordBatch& rows, int64_t row) const;

 private:
  struct Field {
    std::string name;
    int column;
  };
  using Keys = std::vector<std::shared_ptr<arrow::Array>>;

  Keys keys_of(const arrow::RecordBatch& rows) const;

  std::vector<Field> fields_;
};

}  // namespace almanac
