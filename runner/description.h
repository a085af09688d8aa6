// Turns what a module says of its calculation into a Calculation.
#pragma once

#include <string>

#include "almanac/abi.h"
#include "core/base/result.h"
#include "core/manifest/calculation.h"

namespace almanac {

// Fills what the class itself declares; parameters have their defaults, and `file`, `module`,
// `code_hash` and `layers` are left to the caller. `path` is the module's, for errors. A handle is
// a position, so what is declared twice is an error here; whether the declarations make sense is
// for core/manifest/validate.h to say.
Result<Calculation> read_description(const abi::Description& description, const std::string& path);

}  // namespace almanac
