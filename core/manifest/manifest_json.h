// The manifest as JSON, in .almanac/build/manifest.json. Deterministic, and the same on every
// machine and for every copy of the project folder.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/manifest/manifest.h"

namespace almanac {

std::string to_json(const Manifest& manifest);

// Usage error when the text is not a manifest of this version.
Result<Manifest> manifest_from_json(std::string_view text);

}  // namespace almanac
