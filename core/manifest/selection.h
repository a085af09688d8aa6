// Selections of calculations: by expression (--select) and by product line.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/manifest/manifest.h"

namespace almanac {

// The index of the calculation that an id, or category/id, names. Usage error with the nearest
// name.
Result<uint32_t> find_calculation(const Manifest& manifest, std::string_view name);

// Ids that an expression like "a,b+,+c,tag:x,category:y" names: calculations, or all with a tag or
// in a category, separated by commas; `+` before a term adds everything it depends on, after it
// everything that depends on it. Usage error for an unknown name, with the nearest one, and for an
// empty term.
Result<std::set<std::string>> select(const Manifest& manifest, std::string_view expression);

// Ids of the calculations in any of the product lines, and of everything they depend on. Usage
// error for a line that no calculation has.
Result<std::set<std::string>> product_lines(const Manifest& manifest,
                                            const std::vector<std::string>& lines);

}  // namespace almanac
