#include "activities/build_record.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/base/hash_json.h"
#include "core/manifest/calculation_json.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr int kVersion = 3;

json source_json(const RecordedSource& source) {
  return {{"path", source.path},
          {"tokens", source.hash.tokens.hex()},
          {"identity", source.hash.identity.hex()},
          {"layout", source.hash.layout.hex()},
          {"exact", source.hash.exact}};
}

RecordedSource source_from(const json& object) {
  return {object.at("path"),
          {hash_from(object.at("tokens")), hash_from(object.at("identity")),
           hash_from(object.at("layout")), object.at("exact")}};
}

json sources_json(const std::vector<RecordedSource>& sources) {
  json list = json::array();
  for (const auto& source : sources) list.push_back(source_json(source));
  return list;
}

std::vector<RecordedSource> sources_from(const json& list) {
  std::vector<RecordedSource> sources;
  for (const auto& object : list) sources.push_back(source_from(object));
  return sources;
}

json entry_json(const BuildEntry& entry) {
  json third_party = json::array();
  for (const auto& header : entry.third_party) {
    third_party.push_back({{"name", header.name}, {"content", header.content.hex()}});
  }
  return {{"made_with", entry.made_with.hex()},
          {"unit", source_json(entry.unit)},
          {"headers", sources_json(entry.headers)},
          {"layers", sources_json(entry.layers)},
          {"resolved", entry.resolved},
          {"found", entry.found},
          {"third_party", std::move(third_party)},
          {"calculation", calculation_to_json(entry.calculation)}};
}

BuildEntry entry_from(const json& object) {
  BuildEntry entry;
  entry.made_with = hash_from(object.at("made_with"));
  entry.unit = source_from(object.at("unit"));
  entry.headers = sources_from(object.at("headers"));
  entry.layers = sources_from(object.at("layers"));
  entry.resolved = object.at("resolved").get<std::vector<std::string>>();
  entry.found = object.at("found");
  for (const auto& header : object.at("third_party")) {
    entry.third_party.push_back({header.at("name"), hash_from(header.at("content"))});
  }
  auto calculation = calculation_from_json(object.at("calculation"));
  if (!calculation.ok()) throw std::invalid_argument(calculation.error().message);
  entry.calculation = std::move(calculation).value();
  return entry;
}

}  // namespace

std::vector<const RecordedSource*> sources_of(const BuildEntry& entry) {
  std::vector<const RecordedSource*> sources = {&entry.unit};
  for (const auto& header : entry.headers) sources.push_back(&header);
  for (const auto& layer : entry.layers) sources.push_back(&layer);
  return sources;
}

std::string to_json(const BuildRecord& record) {
  json calculations = json::array();
  for (const auto& [path, entry] : record) calculations.push_back(entry_json(entry));
  return json{{"version", kVersion}, {"calculations", std::move(calculations)}}.dump(
             1, ' ', false, json::error_handler_t::replace) +
         "\n";
}

BuildRecord record_from_json(std::string_view text) {
  BuildRecord record;
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object() || document.value("version", json()) != kVersion) return record;
  for (const auto& object : document.value("calculations", json::array())) {
    try {
      BuildEntry entry = entry_from(object);
      std::string path = entry.unit.path;
      record.emplace(std::move(path), std::move(entry));
    } catch (const std::exception&) {
      continue;  // left out, so it is built again
    }
  }
  return record;
}

}  // namespace almanac
