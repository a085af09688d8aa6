// Arrow arrays made by hand, for tests: every buffer is written out here, so that views are tested
// against the format and not against our own writer.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "almanac/c_data.h"
#include "almanac/date.h"

namespace almanac {

struct HandArray {
  std::vector<uint8_t> validity;
  std::vector<int32_t> offsets;
  std::vector<char> values;
  const void* buffers[3] = {};
  std::unique_ptr<HandArray> items;
  ArrowArray* child = nullptr;
  ArrowArray array = {};
};

template <class T>
struct ItemOf {
  static constexpr bool is_list = false;
  using Type = bool;  // unused
};
template <class T>
struct ItemOf<std::vector<T>> {
  static constexpr bool is_list = true;
  using Type = T;
};

inline void set_bit(std::vector<uint8_t>& bits, size_t i, bool value) {
  bits.resize(i / 8 + 1);
  bits[i / 8] = static_cast<uint8_t>(bits[i / 8] | ((value ? 1 : 0) << (i % 8)));
}

// T: bool, int64_t, double, Date, std::string, std::vector<double> or std::vector<std::string>. The
// first `offset` values lie in the buffers but before the array, as in a slice.
template <class T>
std::unique_ptr<HandArray> hand_array(const std::vector<std::optional<T>>& values,
                                      int64_t offset = 0) {
  auto hand = std::make_unique<HandArray>();
  std::vector<uint8_t> bits;
  std::vector<std::optional<typename ItemOf<T>::Type>> items;
  int64_t nulls = 0;
  if constexpr (!std::is_arithmetic_v<T> && !std::is_same_v<T, Date>) hand->offsets.push_back(0);
  for (size_t i = 0; i < values.size(); ++i) {
    set_bit(hand->validity, i, values[i].has_value());
    if (static_cast<int64_t>(i) >= offset && !values[i]) ++nulls;
    const T value = values[i].value_or(T());
    auto put = [&](const void* bytes, size_t size) {
      const char* from = static_cast<const char*>(bytes);
      hand->values.insert(hand->values.end(), from, from + size);
    };
    if constexpr (std::is_same_v<T, bool>) {
      set_bit(bits, i, value);
    } else if constexpr (std::is_same_v<T, Date>) {
      const int32_t days = value.days();
      put(&days, sizeof days);
    } else if constexpr (std::is_arithmetic_v<T>) {
      put(&value, sizeof value);
    } else if constexpr (std::is_same_v<T, std::string>) {
      put(value.data(), value.size());
      hand->offsets.push_back(static_cast<int32_t>(hand->values.size()));
    } else {
      items.insert(items.end(), value.begin(), value.end());
      hand->offsets.push_back(static_cast<int32_t>(items.size()));
    }
  }
  if constexpr (std::is_same_v<T, bool>) hand->values.assign(bits.begin(), bits.end());
  const bool has_offsets = !hand->offsets.empty();
  hand->buffers[0] = nulls > 0 ? hand->validity.data() : nullptr;
  hand->buffers[1] = has_offsets ? static_cast<void*>(hand->offsets.data()) : hand->values.data();
  hand->buffers[2] = hand->values.data();
  hand->array.length = static_cast<int64_t>(values.size()) - offset;
  hand->array.null_count = nulls;
  hand->array.offset = offset;
  hand->array.n_buffers = std::is_same_v<T, std::string> ? 3 : 2;
  hand->array.buffers = hand->buffers;
  if constexpr (ItemOf<T>::is_list) {
    hand->items = hand_array<typename ItemOf<T>::Type>(items);
    hand->child = &hand->items->array;
    hand->array.n_children = 1;
    hand->array.children = &hand->child;
  }
  return hand;
}

}  // namespace almanac
