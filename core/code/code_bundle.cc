#include "core/code/code_bundle.h"

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>

namespace almanac {

namespace {

using nlohmann::json;

constexpr int kVersion = 1;

json bytes_json(const std::string& bytes) {
  return json::binary({bytes.begin(), bytes.end()});
}

std::string bytes_from(const json& value) {
  const auto& bytes = value.get_binary();
  return {bytes.begin(), bytes.end()};
}

}  // namespace

const CodeBundle::Source* CodeBundle::source(std::string_view path) const {
  const auto found = std::find_if(sources.begin(), sources.end(),
                                  [&](const Source& source) { return source.path == path; });
  return found == sources.end() ? nullptr : &*found;
}

std::string encode(const CodeBundle& bundle) {
  json sources = json::array();
  for (const auto& source : bundle.sources) {
    sources.push_back({{"path", source.path}, {"text", bytes_json(source.text)}});
  }
  std::string bytes;
  json::to_cbor({{"version", kVersion}, {"unit", bundle.unit}, {"sources", std::move(sources)}},
                bytes);
  return bytes;
}

Result<CodeBundle> decode_code_bundle(std::string_view bytes) try {
  const json document = json::from_cbor(bytes);
  if (document.at("version") != kVersion) return data_error("is a code bundle of another version");
  CodeBundle bundle;
  bundle.unit = document.at("unit");
  for (const auto& source : document.at("sources")) {
    bundle.sources.push_back({source.at("path"), bytes_from(source.at("text"))});
  }
  return bundle;
} catch (const std::exception& exception) {
  return data_error(std::string("is no code bundle: ") + exception.what());
}

}  // namespace almanac
