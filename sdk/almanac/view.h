// How values lie in Arrow's buffers, for the views in rows.h. Authors do not need this header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

#include "almanac/abi.h"
#include "almanac/c_data.h"
#include "almanac/date.h"
#include "almanac/error.h"

namespace almanac::detail {

// Iterates over anything that has operator[]; keeps its own copy of the (small) view.
template <class View>
class IndexIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = std::remove_cvref_t<decltype(std::declval<const View&>()[0])>;
  using pointer = void;
  using reference = value_type;

  IndexIterator(const View& view, size_t i) : view_(view), i_(i) {}
  value_type operator*() const { return view_[i_]; }
  IndexIterator& operator++() { return ++i_, *this; }
  IndexIterator operator++(int) {
    IndexIterator before = *this;
    ++i_;
    return before;
  }
  bool operator==(const IndexIterator& other) const { return i_ == other.i_; }

 private:
  View view_;
  size_t i_;
};

inline bool bit(const void* bits, int64_t i) {
  return (static_cast<const uint8_t*>(bits)[i >> 3] >> (i & 7)) & 1;
}

inline bool valid(const ArrowArray& array, int64_t i) {
  return array.null_count == 0 || array.buffers[0] == nullptr ||
         bit(array.buffers[0], array.offset + i);
}

struct Offsets {
  int64_t begin, end;
};

// Where the bytes of string i, or the elements of list i, lie.
inline Offsets offsets(const ArrowArray& array, int64_t i) {
  const auto* all = static_cast<const int32_t*>(array.buffers[1]) + array.offset;
  return {all[i], all[i + 1]};
}

// The value of a row that is not null, of a type that is not a list.
template <class T>
T read(const ArrowArray& array, int64_t i) {
  if constexpr (std::is_same_v<T, bool>) {
    return bit(array.buffers[1], array.offset + i);
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    const auto [begin, end] = offsets(array, i);
    if (begin == end) return {};
    return {static_cast<const char*>(array.buffers[2]) + begin, static_cast<size_t>(end - begin)};
  } else if constexpr (std::is_same_v<T, Date>) {
    return Date(static_cast<const int32_t*>(array.buffers[1])[array.offset + i]);
  } else {
    return static_cast<const T*>(array.buffers[1])[array.offset + i];
  }
}

// What a read is, before its name in messages.
inline const char* kind_of(const abi::Read& read) {
  switch (read.source) {
    case abi::Source::Dataset:
      return "dataset";
    case abi::Source::Calculation:
      return "calculation";
    case abi::Source::Previous:
      return "the previous result";
    case abi::Source::Calendar:
      return "the calendar";
  }
  return "";
}

// What is read is not there, in a read's rows or days, or in one of its columns.
[[noreturn, gnu::cold, gnu::noinline]] inline void fail_index(const char* what, size_t i,
                                                              size_t size,
                                                              const abi::Read* read = nullptr,
                                                              const char* column = nullptr) {
  char owner[256] = "";
  if (column != nullptr)
    std::snprintf(owner, sizeof owner, " of column '%s' of %s '%s'", column, kind_of(*read),
                  read->name);
  else if (read != nullptr)
    std::snprintf(owner, sizeof owner, " of %s '%s'", kind_of(*read), read->name);
  fail<std::runtime_error>("%s %zu%s is read, there are %zu: ask %s first", what, i, owner, size,
                           size == 0 ? "empty()" : "size()");
}

// A handle declared on one table must not be used on the rows of another.
inline void check_handle(uint32_t handle, uint32_t rows, const abi::Read& read) {
  if (handle != rows) [[unlikely]] {
    fail<PermanentError>(
        "a column of another table is read from the rows of %s '%s': use a handle of this table",
        kind_of(read), read.name);
  }
}

}  // namespace almanac::detail
