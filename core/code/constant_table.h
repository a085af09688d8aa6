// A table: a constant of several values. Which of them code looks up hangs on data.
#pragma once

#include <compare>
#include <string>

#include "core/base/hash.h"

namespace almanac {

struct ConstantTable {
  std::string bytes;  // as an object holds them
  Hash refers_to;     // what it refers to; zero: it holds numbers alone
  auto operator<=>(const ConstantTable&) const = default;
};

}  // namespace almanac
