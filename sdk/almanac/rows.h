// Reading: typed views of the columns and rows that the engine hands to a calculation. Views are
// pointers into the engine's buffers; they are cheap to copy and live until `process` returns.
//
// A null double reads as NaN. Reading a null of another type throws with the column's name; `has`
// tells beforehand. So does reading what is not there: the first row where there is none.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string_view>
#include <type_traits>

#include "almanac/abi.h"
#include "almanac/declaration.h"
#include "almanac/error.h"
#include "almanac/view.h"

namespace almanac {

// The values of one column in the rows of a view.
template <class T>
class Column {
 public:
  // `array` may be null when `size` is 0. `read` is named in errors.
  Column(const ArrowArray* array, int64_t begin, int64_t size, const abi::Read* read,
         uint32_t column)
      : array_(array), begin_(begin), size_(size), read_(read), column_(column) {}

  size_t size() const { return static_cast<size_t>(size_); }
  bool empty() const { return size_ == 0; }
  bool has(size_t i) const {
    if (i >= size()) [[unlikely]]
      detail::fail_index("value", i, size(), read_, read_->columns[column_].name);
    return detail::valid(*array_, row(i));
  }

  T operator[](size_t i) const {
    if (!has(i)) [[unlikely]] {
      if constexpr (std::is_same_v<T, double>)
        return std::numeric_limits<double>::quiet_NaN();
      else
        fail_null("a value is null: ask has() before reading it", row(i));
    }
    return value(row(i));
  }

  detail::IndexIterator<Column> begin() const { return {*this, 0}; }
  detail::IndexIterator<Column> end() const { return {*this, size()}; }

  // The values side by side, for numeric columns without a null in these rows; throws otherwise.
  std::span<const T> values() const
    requires(std::is_same_v<T, double> || std::is_same_v<T, int64_t>)
  {
    if (empty()) return {};
    for (size_t i = 0; array_->null_count != 0 && i < size(); ++i) {
      if (!has(i)) {
        fail_null("values() needs a column without nulls", row(i));
      }
    }
    return {static_cast<const T*>(array_->buffers[1]) + array_->offset + begin_, size()};
  }

 private:
  int64_t row(size_t i) const { return begin_ + static_cast<int64_t>(i); }

  [[noreturn]] void fail_null(const char* rule, int64_t row) const {
    detail::fail<std::runtime_error>("column '%s' of %s '%s', row %lld: %s",
                                     read_->columns[column_].name, detail::kind_of(*read_),
                                     read_->name, static_cast<long long>(row), rule);
  }

  T value(int64_t i) const {
    if constexpr (requires { typename T::Element; }) {
      const auto [begin, end] = detail::offsets(*array_, i);
      return T(array_->children[0], begin, end - begin, read_, column_);
    } else {
      return detail::read<T>(*array_, i);
    }
  }

  const ArrowArray* array_;
  int64_t begin_, size_;
  const abi::Read* read_;
  uint32_t column_;
};

template <class T>
struct List : Column<T> {
  using Element = T;
  using Column<T>::Column;
};

// One row of a table.
class Row {
 public:
  Row(const abi::DayRows* day, const abi::Read* read, uint32_t index, int64_t row)
      : day_(day), read_(read), index_(index), row_(row) {}

  template <class T>
  T operator[](In<T> column) const {
    return view(column)[0];
  }
  template <class T>
  bool has(In<T> column) const {
    return view(column).has(0);
  }

 private:
  template <class T>
  Column<T> view(In<T> column) const {
    detail::check_handle(column.read, index_, *read_);
    return {day_->columns[column.column], row_, 1, read_, column.column};
  }

  const abi::DayRows* day_;
  const abi::Read* read_;
  uint32_t index_;
  int64_t row_;
};

// Rows of one table on one date, in the table's order; those of one entity where it is keyed.
class Rows {
 public:
  // `day` may be null when `size` is 0.
  Rows(const abi::DayRows* day, const abi::Read* read, uint32_t index, int64_t begin, int64_t size)
      : day_(day), read_(read), index_(index), begin_(begin), size_(size) {}

  size_t size() const { return static_cast<size_t>(size_); }
  bool empty() const { return size_ == 0; }
  Row operator[](size_t i) const {
    if (i >= size()) [[unlikely]]
      detail::fail_index("row", i, size(), read_);
    return {day_, read_, index_, begin_ + static_cast<int64_t>(i)};
  }

  template <class T>
  Column<T> column(In<T> column) const {
    detail::check_handle(column.read, index_, *read_);
    return {empty() ? nullptr : day_->columns[column.column], begin_, size_, read_, column.column};
  }

  detail::IndexIterator<Rows> begin() const { return {*this, 0}; }
  detail::IndexIterator<Rows> end() const { return {*this, size()}; }

 private:
  const abi::DayRows* day_;
  const abi::Read* read_;
  uint32_t index_;
  int64_t begin_, size_;
};

}  // namespace almanac
