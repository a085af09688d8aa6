// A table: a constant of several values. Which of them code looks up hangs on data. Pure.
#pragma once

#include <compare>
#include <set>
#include <string>

#include "core/base/hash.h"

namespace almanac {

struct ConstantTable {
  std::string bytes;  // as an object holds them, little-endian
  Hash refers_to;     // what it refers to; zero: it holds numbers alone
  auto operator<=>(const ConstantTable&) const = default;
};

// Whether each of its values is one of these or the opposite of one, in whatever type they are
// kept: doubles, or whole numbers and floats of one size for eight bytes.
bool consists_of(const ConstantTable& table, const std::set<double>& numbers);

}  // namespace almanac
