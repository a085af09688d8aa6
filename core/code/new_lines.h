// New lines: which lines of a text are not in another one, where as many as can be are taken to
// have stayed (longest common subsequence). White space does not count. Pure.
#pragma once

#include <string_view>
#include <vector>

namespace almanac {

// One value per line of `now`.
std::vector<bool> new_lines(std::string_view before, std::string_view now);

}  // namespace almanac
