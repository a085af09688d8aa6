// ColumnHash: the identity of one column's values in row order, fed array by array. The same values
// have the same hash however they are cut into arrays, and whether or not they are dictionary
// encoded or kept with large offsets. It is over the bits: -0.0 and 0.0 differ; what lies under a
// null does not count.
//
// Preimage "column/1": type text, rows, digest of the values, digest of the lengths (8 bytes
// little-endian each, of strings and lists), digest of the validity (a byte each, 1 is valid),
// digests of the children. Values: as Arrow keeps them, little-endian, bools a byte each, the bytes
// of strings, zero for null; nothing for lists and structs, whose values are their children's.
//
// Any Arrow type. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>

#include "core/base/hash.h"

namespace arrow {
class Array;
class DataType;
}  // namespace arrow

namespace almanac {

class ColumnHash {
 public:
  explicit ColumnHash(const arrow::DataType& type);
  ~ColumnHash();
  ColumnHash(ColumnHash&&) noexcept;
  ColumnHash& operator=(ColumnHash&&) noexcept;

  // The next rows, of the type given at first or another encoding of it.
  void add(const arrow::Array& values);

  uint64_t rows() const;
  Hash digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace almanac
