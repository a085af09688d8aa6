// Names and paths that users write. Checked in one place before they become part of a path.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace almanac {

// Calculations, categories, datasets: a lower-case letter, then lower-case letters, digits, '_',
// '.' and '-', at most 64 in all, without "..".
bool valid_name(std::string_view name);

// Usage error that says `what` ("dataset") has a bad name, and what a good one is.
Result<void> check_name(std::string_view what, std::string_view name);

// A path or path pattern that stays below the folder it is relative to: not empty, not absolute, no
// empty, "." or ".." segment, no control characters. Usage error that names `what`.
Result<void> check_below(std::string_view what, std::string_view path);

// The text in double quotes, control characters as \xNN, cut after 80 characters: safe to print.
std::string in_quotes(std::string_view text);

}  // namespace almanac
