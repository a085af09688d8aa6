// The names that core/code/lint looks for.
#pragma once

#include <cstdint>
#include <string_view>

namespace almanac {

struct LintRule {
  // Where the name counts.
  enum class Use : uint8_t {
    Anywhere,
    Called,     // called, or after std:: or ::; people name their own things so
    Standard,   // so, and as the type in a declaration
    Member,     // `mutable`, but not that of a lambda
    Pragma,     // after #pragma
    Directive,  // after #
  };
  Use use;
  std::string_view why;  // for people
};

// Why variables count, and members that are mutable.
inline constexpr std::string_view kKeepsState = "keeps something from one call to the next";

// Null for a name that may stand in any calculation.
const LintRule* lint_rule(std::string_view name);

}  // namespace almanac
