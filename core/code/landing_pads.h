// Landing pads: where a function goes on when something that it called has thrown. Source: the
// table of exceptions as g++ and clang++ write it (Itanium C++ ABI, exception handling, level 2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace almanac {

struct LandingPad {
  uint64_t offset;  // from the start of the function
  bool catches;     // otherwise it only cleans up, and throws again
};

// `table`: the bytes of .gcc_except_table of one function. Empty where it is written otherwise.
std::optional<std::vector<LandingPad>> landing_pads(std::string_view table);

}  // namespace almanac
