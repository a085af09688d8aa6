// The documents of evidence (tools/almanac/judgement.h), for people. Lines, each indented; fields
// that a document lacks are left out.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace almanac {

std::string certificate_text(const nlohmann::json& document);
std::string verdict_text(const nlohmann::json& document);

}  // namespace almanac
