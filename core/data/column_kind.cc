#include "core/data/column_kind.h"

#include <algorithm>

#include "core/data/stray.h"

namespace almanac {

namespace {

// A later kind of the same family holds the values of an earlier one.
enum class Kind : uint8_t { Null, Csv, Bool, Integer, Float, Text, Date, Timestamp, List, Other };

Kind kind_of(std::string_view arrow) {
  constexpr std::string_view kDictionary = "dictionary<values=";
  if (arrow.starts_with(kDictionary)) arrow.remove_prefix(kDictionary.size());
  const auto starts = [&](auto... prefixes) { return (arrow.starts_with(prefixes) || ...); };
  if (starts("null")) return Kind::Null;
  if (starts("csv")) return Kind::Csv;
  if (starts("bool")) return Kind::Bool;
  if (starts("int", "uint") && !starts("interval")) return Kind::Integer;
  if (starts("double", "float", "halffloat")) return Kind::Float;
  if (starts("string", "large_string", "utf8", "large_utf8")) return Kind::Text;
  if (starts("date")) return Kind::Date;
  if (starts("timestamp")) return Kind::Timestamp;
  if (starts("list", "large_list", "fixed_size_list")) return Kind::List;
  return Kind::Other;
}

}  // namespace

bool readable_as(std::string_view arrow, Type type) {
  const Kind kind = kind_of(arrow);
  if (kind == Kind::Null) return true;
  if (kind == Kind::Csv) return kScalarTypes.has(type);
  switch (type) {
    case Type::Bool:
      return kind == Kind::Bool;
    case Type::Int64:
      return kind == Kind::Integer;
    case Type::Float64:
      return kind == Kind::Integer || kind == Kind::Float;
    case Type::String:
      return kind == Kind::Text;
    case Type::Date:
      return kind == Kind::Date || kind == Kind::Timestamp;
    case Type::Float64List:
    case Type::StringList:
      return kind == Kind::List;
  }
  return false;
}

const std::string* wider(const std::string& a, const std::string& b) {
  const Kind one = kind_of(a), other = kind_of(b);
  if (a == b) return &a;
  if (one == Kind::Other || other == Kind::Other) return nullptr;
  const auto [low, high] = std::minmax(one, other);
  const bool together = low == high || low == Kind::Null ||
                        (low == Kind::Csv && high != Kind::List) ||
                        (low == Kind::Integer && high == Kind::Float) ||
                        (low == Kind::Date && high == Kind::Timestamp);
  if (!together) return nullptr;
  return one >= other ? &a : &b;
}

}  // namespace almanac
