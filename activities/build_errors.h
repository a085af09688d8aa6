// What a person needs to see of a compiler's output.
#pragma once

#include <string>
#include <string_view>

namespace almanac {

// Errors, or warnings where there is no error, with the line of source and the marks below it and,
// for a template, the place that asked for it, and the note that leads elsewhere; at most 20 lines
// and a note on how many were left out. Paths are relative to the project, those of the SDK to its
// folder. Lines are indented; the last has no end.
std::string shorten_diagnostics(std::string_view text, const std::string& sdk_include);

}  // namespace almanac
