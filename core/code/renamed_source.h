// A source in which a calculation is called otherwise.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace almanac {

// The source with `to` in place of `from` where ALMANAC_CALCULATION gives a calculation its id and
// where calculation("id") reads one; comments and all other texts stay as they are. Nullopt where
// it names no such calculation. A name that a macro or several literals make up is not found.
std::optional<std::string> renamed_source(std::string_view source, std::string_view from,
                                          std::string_view to);

}  // namespace almanac
