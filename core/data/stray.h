// Stray: a field of a CSV file that keeps its column, on its date, from being read as some types.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "almanac/type.h"

namespace almanac {

class TypeSet {
 public:
  TypeSet() = default;
  TypeSet(std::initializer_list<Type> types) {
    for (const Type type : types) add(type);
  }
  static TypeSet of_bits(uint64_t bits) {
    TypeSet set;
    set.bits_ = static_cast<uint8_t>(bits);
    return set;
  }

  bool has(Type type) const { return (bits_ & bit(type)) != 0; }
  bool empty() const { return bits_ == 0; }
  void add(Type type) { bits_ |= bit(type); }
  void remove(Type type) { bits_ &= static_cast<uint8_t>(~bit(type)); }
  void remove(TypeSet types) { bits_ &= static_cast<uint8_t>(~types.bits_); }
  uint8_t bits() const { return bits_; }
  bool operator==(const TypeSet&) const = default;

 private:
  static uint8_t bit(Type type) { return static_cast<uint8_t>(1u << static_cast<unsigned>(type)); }

  uint8_t bits_ = 0;
};

// What a column of a CSV file may be read as.
inline const TypeSet kScalarTypes = {Type::Bool, Type::Int64, Type::Float64, Type::String,
                                     Type::Date};

struct Stray {
  uint64_t column = 0;  // its index in the partition's schema
  TypeSet types;        // those that the field, as the first one of the column, cannot be read as
  uint64_t row = 0;     // of the file, as a spreadsheet counts: the header is row 1
  std::string text;     // the field, ready to be shown
  std::string file;
};

}  // namespace almanac
