// Mutants: a source with one small change each, of the kind that people make by mistake. Whether a
// way of comparing behaviour finds such changes says how far it can be trusted. Pure.
//
// The changes are those of the literature on mutation testing (DeMillo, Lipton and Sayward 1978;
// Jia and Harman 2011): another comparison, operator, constant or call, a condition that always or
// never holds, a statement left out. They are made on tokens, so some do not compile, and some mean
// the same; the compiler tells both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace almanac {

struct Mutant {
  size_t at = 0, length = 0;  // bytes of the source that are replaced
  std::string with;
  std::string what;  // for people: "`<` for `<=`"
  bool operator==(const Mutant&) const = default;
};

// All mutants, by place. Directives, declarations of columns, reads and parameters, template
// brackets that can be told, and texts stay as they are.
std::vector<Mutant> mutants_of(std::string_view source);

// More of them, for code that has few: each value that is used to compute another, or is put out,
// is one more, one less, twice as much, or the opposite.
std::vector<Mutant> operand_mutants_of(std::string_view source);

std::string mutated(std::string_view source, const Mutant& mutant);

}  // namespace almanac
