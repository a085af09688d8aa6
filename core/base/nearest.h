// The nearest known name, for messages like: unknown key "pth"; did you mean "path"?
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace almanac {

// The known name with the least edit distance (insert, delete, replace or swap two neighbours); the
// first of several. Empty only when nothing is known.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

// What to add to "unknown key pth": `; did you mean "path"?` where no more than a third of the
// letters differ, or one does. Otherwise nothing: a guess that is no better than chance sends
// people astray.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& known);

// The same, or the first names there are: `; there are "path", "date"`.
std::string near_or_all(std::string_view name, const std::vector<std::string>& known);

}  // namespace almanac
