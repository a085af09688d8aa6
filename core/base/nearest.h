// The nearest known name, for messages like: unknown key "pth"; did you mean "path"?
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace almanac {

// The known name with the least edit distance (insert, delete, replace or swap two neighbours); the
// first of several. Empty only when nothing is known.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace almanac
