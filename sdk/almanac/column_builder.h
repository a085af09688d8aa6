// Collects the values of one output column and exports them as an Arrow array. Authors do not need
// this header; they write through Record (output.h). Doubles are kept canonical: one NaN, no -0.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "almanac/array.h"
#include "almanac/c_data.h"
#include "almanac/date.h"
#include "almanac/error.h"
#include "almanac/type.h"

namespace almanac::detail {

// What an exported array owns; its release callback deletes it.
struct Exported {
  Array<uint8_t> validity;
  Array<int32_t> offsets;
  Array<char> values;
  Array<ArrowArray> children;
  Array<ArrowArray*> child_pointers;
  const void* buffers[3] = {};

  ArrowArray array(int64_t n_buffers, int64_t length, int64_t null_count) {
    for (size_t i = 0; i < children.size(); ++i) child_pointers.push_back(&children[i]);
    return {length,
            null_count,
            0,
            n_buffers,
            static_cast<int64_t>(children.size()),
            buffers,
            child_pointers.data(),
            nullptr,
            release,
            this};
  }

  static void release(ArrowArray* array) {
    auto* self = static_cast<Exported*>(array->private_data);
    for (size_t i = 0; i < self->children.size(); ++i) {
      ArrowArray& child = self->children[i];
      if (child.release != nullptr) child.release(&child);  // null: it was moved elsewhere
    }
    delete self;
    array->release = nullptr;
  }
};

class ColumnBuilder {
 public:
  ColumnBuilder() = default;
  ColumnBuilder(const ColumnBuilder&) = delete;
  ColumnBuilder& operator=(const ColumnBuilder&) = delete;
  ~ColumnBuilder() { delete items_; }

  // Once, before anything else.
  void start(Type type) {
    type_ = type;
    if (width() == 0) offsets_.push_back(0);
    if (type != Type::Float64List && type != Type::StringList) return;
    items_ = new ColumnBuilder;
    items_->start(type == Type::Float64List ? Type::Float64 : Type::String);
  }

  size_t size() const { return valid_.size(); }

  // T is the C++ form of the column's type; a list is anything that can be iterated.
  template <class T, class Value>
  void append(const Value& value) {
    if constexpr (std::is_same_v<T, std::string_view>) {
      const std::string_view text(value);
      values_.append(text.data(), text.size());
      push_end(values_.size());
    } else if constexpr (std::is_same_v<T, Date>) {
      append_plain<int32_t>(value.days());
    } else if constexpr (std::is_same_v<T, double>) {
      append_plain(canonical(static_cast<double>(value)));
    } else if constexpr (std::is_arithmetic_v<T>) {
      append_plain<T>(static_cast<T>(value));
    } else {
      for (const auto& item : value) items_->template append_item<typename T::Element>(item);
      push_end(items_->size());
    }
    valid_.push_back(1);
  }

  template <class T, class Value>
  void append_item(const Value& value) {
    append<T>(value);
  }
  template <class T, class Value>
  void append_item(const std::optional<Value>& value) {
    if (value)
      append<T>(*value);
    else
      append_null();
  }

  void append_null() {
    static constexpr char zero[8] = {};
    values_.append(zero, width());
    if (width() == 0) offsets_.push_back(offsets_.back());
    valid_.push_back(0);
  }

  // Keeps the first `rows` rows, and nothing of a value that was only appended in part.
  void truncate(size_t rows) {
    valid_.truncate(rows);
    if (width() != 0) return values_.truncate(rows * width());
    offsets_.truncate(rows + 1);
    const auto end = static_cast<size_t>(offsets_.back());
    if (items_ != nullptr)
      items_->truncate(end);
    else
      values_.truncate(end);
  }

  // Moves the values into the array; the builder is of no further use.
  ArrowArray finish() {
    const auto length = static_cast<int64_t>(size());
    int64_t nulls = length;
    for (uint8_t flag : valid_) nulls -= flag;
    auto* out = new Exported{pack(valid_),
                             std::move(offsets_),
                             type_ == Type::Bool ? pack(values_) : std::move(values_),
                             {},
                             {}};
    if (nulls != 0) out->buffers[0] = out->validity.data();
    out->buffers[1] = width() == 0 ? static_cast<void*>(out->offsets.data()) : out->values.data();
    if (type_ == Type::String) out->buffers[2] = out->values.data();
    if (items_ != nullptr) out->children.push_back(items_->finish());
    return out->array(type_ == Type::String ? 3 : 2, length, nulls);
  }

 private:
  // Bytes of a value; 0 where it has offsets instead. A bool takes a byte until it is exported.
  size_t width() const {
    switch (type_) {
      case Type::Bool:
        return 1;
      case Type::Date:
        return 4;
      case Type::Int64:
      case Type::Float64:
        return 8;
      default:
        return 0;
    }
  }

  static double canonical(double value) {
    if (value != value) return std::numeric_limits<double>::quiet_NaN();
    return value == 0 ? 0.0 : value;
  }

  // One bit for each byte, which is 0 or 1.
  template <class T>
  static Array<T> pack(const Array<T>& flags) {
    Array<T> bits;
    for (size_t i = 0; i < flags.size(); ++i) {
      if (i % 8 == 0) bits.push_back(0);
      bits.back() = static_cast<T>(bits.back() | (flags[i] << (i % 8)));
    }
    return bits;
  }

  template <class T>
  void append_plain(T value) {
    values_.append(&value, sizeof value);
  }

  void push_end(size_t end) {
    if (end > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
      fail<PermanentError>("an output column of %s outgrew 2^31 bytes or items in one call",
                           name_of(type_).data());
    }
    offsets_.push_back(static_cast<int32_t>(end));
  }

  Type type_ = Type::Float64;
  Array<uint8_t> valid_;            // a byte for each row, 1 or 0
  Array<int32_t> offsets_;          // of strings and lists
  Array<char> values_;              // also the bytes of strings
  ColumnBuilder* items_ = nullptr;  // of lists
};

}  // namespace almanac::detail
