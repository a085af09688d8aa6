#include "core/manifest/manifest_json.h"

#include <nlohmann/json.hpp>

#include "core/manifest/calculation_json.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr int kVersion = 1;

Error not_a_manifest(const std::string& why) {
  return usage_error("not a manifest of version " + std::to_string(kVersion) + " (" + why +
                     "); run almanac build");
}

}  // namespace

std::string to_json(const Manifest& manifest) {
  json calculations = json::array();
  for (size_t i = 0; i < manifest.calculations.size(); ++i) {
    json calculation = calculation_to_json(manifest.calculations[i]);
    calculation["pass"] = manifest.pass[i];
    calculations.push_back(std::move(calculation));
  }
  // Text that is not UTF-8 is replaced, not refused: names are checked elsewhere.
  return json{{"version", kVersion}, {"calculations", std::move(calculations)}}.dump(
             1, ' ', false, json::error_handler_t::replace) +
         "\n";
}

Result<Manifest> manifest_from_json(std::string_view text) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) return not_a_manifest("not JSON");
  const auto version = document.find("version");
  if (version == document.end() || *version != kVersion) return not_a_manifest("another version");
  const auto list = document.find("calculations");
  if (list == document.end() || !list->is_array()) return not_a_manifest("no calculations");
  std::vector<Calculation> calculations;
  for (const auto& object : *list) {
    auto calculation = calculation_from_json(object);
    if (!calculation.ok()) return not_a_manifest(calculation.error().message);
    calculations.push_back(std::move(calculation).value());
  }
  auto manifest = sorted_manifest(std::move(calculations));
  if (!manifest.ok()) return not_a_manifest(manifest.error().message);
  return manifest;
}

}  // namespace almanac
