// Constants: the numbers and texts that a source writes down. Whoever makes up data for it tries
// them, for a rare branch asks for nothing else. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace almanac {

struct Constants {
  std::vector<double> numbers;     // ascending, each once; integers that a double holds, too
  std::vector<std::string> texts;  // the same; without quotes, escapes as they are written
};

// Of a token that is a number. Not finite: it is none that data can have.
double number_of(std::string text);

void add_constants(std::string_view source, Constants* constants);

}  // namespace almanac
