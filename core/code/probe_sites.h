// Where a module that was compiled with probes (almanac/probes.h) has them: which blocks and
// comparisons its code has, of which functions and lines, whether or not they ever ran.
//
// Sources: System V ABI (symbols, relocations), DWARF 5 (lines).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace almanac {

// Is included before all else where a module is compiled with probes. What is in it, is where it
// was called.
inline constexpr const char* kProbedHeader = "almanac/probed.h";

struct ProbeSite {
  // Truth: of values of one byte, mostly of what another comparison gave. Rounding: a call of one
  // of probes::kRoundings.
  enum class Kind : uint8_t { Block, Real, Integer, Truth, Switch, Rounding };
  uint64_t address = 0;  // as the collector tells it
  Kind kind = Kind::Block;
  std::string function;  // symbol
  std::string file;      // as the compiler knew it, without "./"
  int line = 0;
};

// `object`: the relocatable file, with a section per function; `module`: what was linked of it,
// with line numbers. Ascending by address. Data error: these are other files.
Result<std::vector<ProbeSite>> read_probe_sites(std::string_view object, std::string_view module);

}  // namespace almanac
