// Token distance: how many tokens must go or come to make one source of another, where as many as
// can be stay (longest common subsequence). Layout and comments do not count. Pure.
#pragma once

#include <optional>
#include <vector>

#include "core/code/tokens.h"

namespace almanac {

// None: they differ in so much that it would take too long.
std::optional<size_t> token_distance(const std::vector<Token>& one,
                                     const std::vector<Token>& other);

}  // namespace almanac
