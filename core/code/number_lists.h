// Number lists: where a source writes down a table, as in "{0.15, 0.25, -1}". Pure.
#pragma once

#include <string_view>
#include <vector>

#include "core/code/mutants.h"

namespace almanac {

struct NumberList {
  std::vector<double> numbers;  // two or more; a truth value is 1 or 0
  std::vector<Mutant> changes;  // of each number a small one, which shows if it is looked at
};

// Lists in braces that hold numbers and truth values alone, by place.
std::vector<NumberList> number_lists(std::string_view source);

// Whether this is what an object holds of such a list (little-endian), in whatever type; zeros at
// its end may be missing.
bool is_written_as(std::string_view bytes, const std::vector<double>& numbers);

}  // namespace almanac
