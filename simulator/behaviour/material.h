// Material: of which values contexts are made, beside those that every type has. What is known of
// real data and of the code that is looked at; empty for contexts that must not change with either.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "almanac/date.h"

namespace almanac::behaviour {

struct Material {
  // Of the columns of one name.
  struct Column {
    std::vector<double> numbers;     // as they are met, one for each quantile
    std::vector<std::string> texts;  // the same
    double nulls = 0.02;             // share
  };
  std::map<std::string, Column> columns;
  std::vector<double> numbers;     // constants of the code, operands that were compared
  std::vector<std::string> texts;  // texts in the code
  std::vector<Date> dates;         // on which something happened
  // Recorded ones, as bytes (simulator/behaviour/recorded.h).
  std::vector<std::string> contexts;
};

}  // namespace almanac::behaviour
