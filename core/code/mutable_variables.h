// Variables of a source that outlive a call and may change: what a calculation keeps in them, it
// finds again in a call for another cell. Pure, by tokens.
#pragma once

#include <cstddef>
#include <vector>

#include "core/code/tokens.h"

namespace almanac {

// The tokens that name them, ascending: variables that are static or inline, in any scope, and
// those of a namespace, unless they are constant themselves (a pointer to something constant is
// not).
//
// Not found: what a declaration with brackets may or may not be (`static Cache cache(size);`), a
// constant in a function that keeps what its first call was given, what is constant but leads to
// something that is not, and thread_local, which is a word of its own.
std::vector<size_t> mutable_variables(const std::vector<Token>& tokens);

}  // namespace almanac
