#include "core/manifest/calculation_json.h"

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/base/hash_json.h"

namespace almanac {

namespace {

using nlohmann::json;
using Kind = Calculation::Kind;
using Source = Calculation::Source;

constexpr std::array<const char*, 4> kSources = {"dataset", "calculation", "previous", "calendar"};

template <class Enum, size_t N>
Enum parse(const std::array<const char*, N>& names, const std::string& text) {
  for (size_t i = 0; i < N; ++i) {
    if (text == names[i]) return static_cast<Enum>(i);
  }
  throw std::invalid_argument("unknown name \"" + text + "\"");
}

Type parse_type(const std::string& text) {
  for (int i = 0; i <= static_cast<int>(Type::StringList); ++i) {
    if (text == name_of(static_cast<Type>(i))) return static_cast<Type>(i);
  }
  throw std::invalid_argument("unknown type \"" + text + "\"");
}

Kind parse_kind(const std::string& text) {
  for (const Kind kind : {Kind::PerEntity, Kind::WholeDate, Kind::Series}) {
    if (text == name_of(kind)) return kind;
  }
  throw std::invalid_argument("unknown kind \"" + text + "\"");
}

void set_if(json& object, const char* name, bool value) {
  if (value) object[name] = true;
}

json column_json(const std::string& name, Type type) {
  return {{"name", name}, {"type", name_of(type)}};
}

json read_json(const Calculation::Read& read) {
  json object = {{"source", kSources.at(static_cast<size_t>(read.source))}};
  if (!read.name.empty()) object["name"] = read.name;
  set_if(object, "optional", read.optional);
  if (read.window != 1) object["window"] = read.window;
  for (const auto& column : read.columns) {
    object["columns"].push_back(column_json(column.name, column.type));
  }
  return object;
}

json output_json(const Calculation::Output& output) {
  json object = column_json(output.name, output.type);
  set_if(object, "key", output.key);
  set_if(object, "nullable", output.nullable);
  set_if(object, "sparse", output.sparse);
  set_if(object, "constant", output.constant);
  return object;
}

Calculation::Read read_from(const json& object) {
  Calculation::Read read;
  read.source = parse<Source>(kSources, object.at("source"));
  read.name = object.value("name", "");
  read.optional = object.value("optional", false);
  read.window = object.value("window", 1u);
  for (const auto& column : object.value("columns", json::array())) {
    read.columns.push_back({column.at("name"), parse_type(column.at("type"))});
  }
  return read;
}

Calculation::Output output_from(const json& object) {
  return {object.at("name"),
          parse_type(object.at("type")),
          object.value("key", false),
          object.value("nullable", false),
          object.value("sparse", false),
          object.value("constant", false)};
}

Calculation calculation_from(const json& object) {
  Calculation c;
  c.id = object.at("id");
  c.category = object.at("category");
  c.kind = parse_kind(object.at("kind"));
  c.lines = object.value("lines", c.lines);
  c.tags = object.value("tags", c.tags);
  for (const auto& p : object.value("parameters", json::array())) {
    c.parameters.push_back({p.at("name"), parse_type(p.at("type")), p.at("value")});
  }
  for (const auto& read : object.value("reads", json::array())) c.reads.push_back(read_from(read));
  for (const auto& output : object.value("outputs", json::array())) {
    c.outputs.push_back(output_from(output));
  }
  if (object.contains("entities")) {
    c.entities = {object["entities"].at("name"), parse_type(object["entities"].at("type"))};
  }
  c.file = object.value("file", "");
  c.module = object.value("module", "");
  c.module_sha256 = object.value("module_sha256", "");
  c.bundle = object.value("bundle", "");
  if (object.contains("object")) c.object = hash_from(object["object"]);
  if (object.contains("code")) c.code_hash = hash_from(object["code"]);
  for (const auto& layer : object.value("layers", json::array())) {
    c.layers.push_back({layer.at("path"), hash_from(layer.at("hash"))});
  }
  if (object.contains("infrastructure")) c.infrastructure = hash_from(object["infrastructure"]);
  return c;
}

}  // namespace

json calculation_to_json(const Calculation& c) {
  json object = {{"id", c.id}, {"category", c.category}, {"kind", name_of(c.kind)}};
  if (!c.lines.empty()) object["lines"] = c.lines;
  if (!c.tags.empty()) object["tags"] = c.tags;
  for (const auto& p : c.parameters) {
    json parameter = column_json(p.name, p.type);
    parameter["value"] = p.text;
    object["parameters"].push_back(std::move(parameter));
  }
  for (const auto& read : c.reads) object["reads"].push_back(read_json(read));
  for (const auto& output : c.outputs) object["outputs"].push_back(output_json(output));
  if (!c.entities.name.empty()) {
    object["entities"] = column_json(c.entities.name, c.entities.type);
  }
  if (!c.file.empty()) object["file"] = c.file;
  if (!c.module.empty()) object["module"] = c.module;
  if (!c.module_sha256.empty()) object["module_sha256"] = c.module_sha256;
  if (!c.bundle.empty()) object["bundle"] = c.bundle;
  if (!c.object.zero()) object["object"] = c.object.hex();
  if (!c.code_hash.zero()) object["code"] = c.code_hash.hex();
  for (const auto& layer : c.layers) {
    object["layers"].push_back({{"path", layer.path}, {"hash", layer.hash.hex()}});
  }
  if (!c.infrastructure.zero()) object["infrastructure"] = c.infrastructure.hex();
  return object;
}

Result<Calculation> calculation_from_json(const json& object) {
  try {
    return calculation_from(object);
  } catch (const std::exception& error) {
    return usage_error(std::string("not a calculation: ") + error.what());
  }
}

}  // namespace almanac
