// What in a source makes the results of a calculation depend on something else than its inputs:
// made up inputs say nothing of it, so that code which has it cannot be compared by what it does
// with them. Pure, by tokens: names count in code alone, not in comments and texts.
//
// Found are names of the standard library and of the system (core/code/lint_rules.cc), words of the
// language that keep or share state, and variables that may change (core/code/mutable_variables.h).
// Ordinary words such as `time` and `open` count where they are called or named with std:: or ::,
// and not as members, nor where the source declares them itself; a function that another source
// declares is told from the system's by this-> or its namespace.
//
// Not found: what a header that is not given does, names that a macro puts together with ##, memory
// that nobody has written, addresses that are compared or hashed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace almanac {

struct LintFinding {
  size_t line;       // from 1
  std::string what;  // "rand()"
  std::string why;   // "a random number differs in each run"
  bool operator==(const LintFinding&) const = default;
};

// All findings in the text of a unit, project header or layer, by place.
std::vector<LintFinding> lint(std::string_view source);

}  // namespace almanac
