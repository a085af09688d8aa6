// A calculation as JSON: in the manifest, in the build record, and as the description that the
// child process prints. What is empty or has its default value is left out.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.h"
#include "core/manifest/calculation.h"

namespace almanac {

nlohmann::json calculation_to_json(const Calculation& calculation);

// Usage error when a field is missing or is not what it should be.
Result<Calculation> calculation_from_json(const nlohmann::json& json);

}  // namespace almanac
