// Which other files the text of a source may depend on.
#pragma once

#include <string>
#include <vector>

#include "core/code/tokens.h"

namespace almanac {

// Names are as written: "x.h" or <x.h>.
struct HeaderNames {
  std::vector<std::string> included;  // in #include, whether or not the preprocessor gets there
  // What __has_include may ask for. A macro may hide that it asks, so all texts in directives that
  // can be a name count: too many do no harm.
  std::vector<std::string> asked;
  std::string refused;  // what makes the files that it depends on unknowable; empty: nothing
};
HeaderNames header_names(const std::vector<Token>& tokens);

}  // namespace almanac
