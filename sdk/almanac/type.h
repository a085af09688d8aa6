// The column types that a calculation can read and put out, with their C++ and Arrow forms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "almanac/date.h"

namespace almanac {

enum class Type : uint8_t { Bool, Int64, Float64, String, Date, Float64List, StringList };

// A list read from a column; elements are those of the list's own column view.
template <class T>
struct List;

template <class T>
struct TypeOf;
template <>
struct TypeOf<bool> {
  static constexpr Type value = Type::Bool;
};
template <>
struct TypeOf<int64_t> {
  static constexpr Type value = Type::Int64;
};
template <>
struct TypeOf<double> {
  static constexpr Type value = Type::Float64;
};
template <>
struct TypeOf<std::string_view> {
  static constexpr Type value = Type::String;
};
template <>
struct TypeOf<Date> {
  static constexpr Type value = Type::Date;
};
template <>
struct TypeOf<List<double>> {
  static constexpr Type value = Type::Float64List;
};
template <>
struct TypeOf<List<std::string_view>> {
  static constexpr Type value = Type::StringList;
};

namespace detail {

template <class T>
inline constexpr bool kIsColumn = requires { TypeOf<T>::value; };

// The type of a declared column; of any other T, which is an error here and nowhere else.
template <class T>
constexpr Type column_type() {
  static_assert(kIsColumn<T>,
                "a column is bool, int64_t, double, std::string_view, Date, List<double> or "
                "List<std::string_view>");
  if constexpr (kIsColumn<T>) return TypeOf<T>::value;
  return Type::Bool;
}

}  // namespace detail

// The name of a type in the manifest, in errors and in `almanac show`.
constexpr std::string_view name_of(Type type) {
  switch (type) {
    case Type::Bool:
      return "bool";
    case Type::Int64:
      return "int64";
    case Type::Float64:
      return "float64";
    case Type::String:
      return "string";
    case Type::Date:
      return "date";
    case Type::Float64List:
      return "list<float64>";
    case Type::StringList:
      return "list<string>";
  }
  return "?";
}

}  // namespace almanac
