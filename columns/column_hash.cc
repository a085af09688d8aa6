#include "columns/column_hash.h"

#include <arrow/array.h>
#include <arrow/compute/cast.h>
#include <arrow/compute/initialize.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "core/base/check.h"

namespace almanac {

namespace {

static_assert(std::endian::native == std::endian::little,
              "values are hashed as they lie in memory");

// The same for all encodings of a type.
std::string type_text(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::DICTIONARY:
      return type_text(*static_cast<const arrow::DictionaryType&>(type).value_type());
    case arrow::Type::EXTENSION:
      return type_text(*static_cast<const arrow::ExtensionType&>(type).storage_type());
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
      return "string";
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW:
      return "binary";
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::FIXED_SIZE_LIST:
    case arrow::Type::MAP:
      return "list<" + type_text(*static_cast<const arrow::BaseListType&>(type).value_type()) + ">";
    case arrow::Type::STRUCT: {
      std::string text = "struct<";
      for (const auto& field : type.fields()) {
        text += std::to_string(field->name().size()) + ":" + field->name() + " " +
                type_text(*field->type()) + ",";
      }
      return text + ">";
    }
    default:
      return type.ToString();
  }
}

std::shared_ptr<arrow::Array> decoded(const arrow::Array& array,
                                      const std::shared_ptr<arrow::DataType>& type) {
  static const arrow::Status initialized = arrow::compute::Initialize();
  CHECK(initialized.ok(), "Arrow's compute functions register once");
  auto result = arrow::compute::Cast(array, type);
  CHECK(result.ok(), "an encoding can always be undone");
  return std::move(*result);
}

}  // namespace

struct ColumnHash::State {
  explicit State(const arrow::DataType& type) : text(type_text(type)) { add_children(type); }

  void add_children(const arrow::DataType& type) {
    switch (type.id()) {
      case arrow::Type::DICTIONARY:
        return add_children(*static_cast<const arrow::DictionaryType&>(type).value_type());
      case arrow::Type::EXTENSION:
        return add_children(*static_cast<const arrow::ExtensionType&>(type).storage_type());
      case arrow::Type::LIST:
      case arrow::Type::LARGE_LIST:
      case arrow::Type::FIXED_SIZE_LIST:
      case arrow::Type::MAP:
      case arrow::Type::STRUCT:
        for (const auto& field : type.fields()) children.emplace_back(*field->type());
        return;
      default:
        return;
    }
  }

  void add(const arrow::Array& array) {
    switch (array.type_id()) {
      case arrow::Type::DICTIONARY:
        return add(
            *decoded(array, static_cast<const arrow::DictionaryType&>(*array.type()).value_type()));
      case arrow::Type::EXTENSION:
        return add(*static_cast<const arrow::ExtensionArray&>(array).storage());
      case arrow::Type::STRING_VIEW:
        return add(*decoded(array, arrow::utf8()));
      case arrow::Type::BINARY_VIEW:
        return add(*decoded(array, arrow::binary()));
      default:
        break;
    }
    rows += static_cast<uint64_t>(array.length());
    add_validity(array);
    switch (array.type_id()) {
      case arrow::Type::NA:
        return;
      case arrow::Type::BOOL:
        return add_bools(static_cast<const arrow::BooleanArray&>(array));
      case arrow::Type::STRING:
      case arrow::Type::BINARY:
        return add_strings(static_cast<const arrow::BinaryArray&>(array));
      case arrow::Type::LARGE_STRING:
      case arrow::Type::LARGE_BINARY:
        return add_strings(static_cast<const arrow::LargeBinaryArray&>(array));
      case arrow::Type::LIST:
      case arrow::Type::MAP:
        return add_lists(static_cast<const arrow::ListArray&>(array));
      case arrow::Type::LARGE_LIST:
        return add_lists(static_cast<const arrow::LargeListArray&>(array));
      case arrow::Type::FIXED_SIZE_LIST:
        return add_lists(static_cast<const arrow::FixedSizeListArray&>(array));
      case arrow::Type::STRUCT:
        return add_struct(static_cast<const arrow::StructArray&>(array));
      default:
        break;
    }
    if (array.type()->bit_width() > 0) return add_fixed(array, array.type()->bit_width() / 8);
    add_texts(array);
  }

  void add_validity(const arrow::Array& array) {
    static const std::vector<uint8_t> ones(4096, 1);
    const auto length = static_cast<size_t>(array.length());
    if (array.null_count() == 0) {
      for (size_t done = 0; done < length; done += ones.size()) {
        validity.raw(ones.data(), std::min(ones.size(), length - done));
      }
      return;
    }
    scratch.resize(length);
    for (size_t i = 0; i < length; ++i) scratch[i] = array.IsValid(static_cast<int64_t>(i));
    validity.raw(scratch.data(), scratch.size());
  }

  void add_bools(const arrow::BooleanArray& array) {
    scratch.resize(static_cast<size_t>(array.length()));
    for (int64_t i = 0; i < array.length(); ++i) {
      scratch[static_cast<size_t>(i)] = array.IsValid(i) && array.Value(i);
    }
    values.raw(scratch.data(), scratch.size());
  }

  void add_fixed(const arrow::Array& array, int width) {
    if (array.length() == 0) return;
    const auto stride = static_cast<size_t>(width);
    const auto size = static_cast<size_t>(array.length()) * stride;
    const uint8_t* data = array.data()->buffers[1]->data() + array.offset() * width;
    if (array.null_count() == 0) {
      values.raw(data, size);
      return;
    }
    scratch.assign(data, data + size);
    for (int64_t i = 0; i < array.length(); ++i) {
      if (array.IsNull(i)) std::memset(scratch.data() + static_cast<size_t>(i) * stride, 0, stride);
    }
    values.raw(scratch.data(), size);
  }

  // Lengths, and a call of `run(from, to)` for each longest run of valid values.
  template <class Array, class Run>
  void add_lengths(const Array& array, Run run) {
    wide.resize(static_cast<size_t>(array.length()));
    int64_t from = 0;
    for (int64_t i = 0; i < array.length(); ++i) {
      const bool valid = array.IsValid(i);
      wide[static_cast<size_t>(i)] = valid ? static_cast<uint64_t>(array.value_length(i)) : 0;
      if (valid) continue;
      if (from < i) run(from, i);
      from = i + 1;
    }
    if (from < array.length()) run(from, array.length());
    lengths.raw(wide.data(), wide.size() * sizeof wide[0]);
  }

  template <class Array>
  void add_strings(const Array& array) {
    add_lengths(array, [&](int64_t from, int64_t to) {
      const auto begin = array.value_offset(from), end = array.value_offset(to);
      if (begin < end) values.raw(array.raw_data() + begin, static_cast<size_t>(end - begin));
    });
  }

  template <class Array>
  void add_lists(const Array& array) {
    add_lengths(array, [&](int64_t from, int64_t to) {
      const auto begin = array.value_offset(from), end = array.value_offset(to);
      children[0].add(*array.values()->Slice(begin, end - begin));
    });
  }

  void add_struct(const arrow::StructArray& array) {
    for (size_t i = 0; i < children.size(); ++i) {
      auto field = array.GetFlattenedField(static_cast<int>(i));
      CHECK(field.ok(), "a struct's nulls merge with those of its fields");
      children[i].add(**field);
    }
  }

  // Types that no table of ours has (unions, run ends, list views): slow, but an identity.
  void add_texts(const arrow::Array& array) {
    for (int64_t i = 0; i < array.length(); ++i) {
      const auto scalar = array.GetScalar(i);
      CHECK(scalar.ok(), "every value of an array is a scalar");
      const std::string value = array.IsValid(i) ? (*scalar)->ToString() : "";
      const uint64_t length = value.size();
      lengths.raw(&length, sizeof length);
      values.raw(value.data(), value.size());
    }
  }

  std::string text;
  uint64_t rows = 0;
  Hasher values, lengths, validity;
  std::vector<ColumnHash> children;
  std::vector<uint8_t> scratch;  // memory that is used again
  std::vector<uint64_t> wide;
};

ColumnHash::ColumnHash(const arrow::DataType& type) : state_(std::make_unique<State>(type)) {}
ColumnHash::~ColumnHash() = default;
ColumnHash::ColumnHash(ColumnHash&&) noexcept = default;
ColumnHash& ColumnHash::operator=(ColumnHash&&) noexcept = default;

void ColumnHash::add(const arrow::Array& values) {
  if (values.length() == 0) return;
  state_->add(values);
}

uint64_t ColumnHash::rows() const {
  return state_->rows;
}

Hash ColumnHash::digest() const {
  Hasher hasher("column/1");
  hasher.add(state_->text).add(state_->rows).add(state_->values.digest());
  hasher.add(state_->lengths.digest()).add(state_->validity.digest());
  for (const ColumnHash& child : state_->children) hasher.add(child.digest());
  return hasher.digest();
}

}  // namespace almanac
