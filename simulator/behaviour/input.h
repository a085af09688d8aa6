// Input: a number of a context that a search moves: a number or date of a column, an element of a
// list, all numbers of a column together, or how many rows a table has.
#pragma once

#include <cstdint>
#include <vector>

#include "runner/context.h"
#include "simulator/behaviour/shape.h"

namespace almanac::behaviour {

struct Input {
  static constexpr int64_t kRows = -1;
  // As far as integers are moved: they go through double.
  static constexpr double kFarthest = 1e15;
  static constexpr double kLastDay = 2e6;  // as far as dates are

  size_t read, day, column;
  int64_t row;  // or the element's place in the column; kRows: the number of rows
  bool whole;
  bool all = false;  // of the column, on all days, in proportion to this one
};

// Numbers that are there, but for integers that are too large to be told from the next one.
std::vector<Input> numbers_of(const Context& context);

// One for each column of reals that has a finite number other than 0: what is computed of many,
// such as how far they are spread, reaches small and large numbers when all are moved.
std::vector<Input> columns_of(const Context& context);

// The numbers of rows that can be another, up to some hundreds: of tables without a unique key that
// are about one entity, or none. Rows that are added are like those that are there.
std::vector<Input> row_counts_of(const Context& context, const Shape& shape);

// Whether it still is: with another number of rows, others come and go.
bool is_there(const Context& context, const Input& input);

double value_of(const Context& context, const Input& input);
void set(Context& context, const Input& input, double value);

// The neighbouring value of its type.
double next(const Input& input, double value, bool up);

}  // namespace almanac::behaviour
