#include "core/plan/identity.h"

#include <algorithm>
#include <map>
#include <set>

namespace almanac {

namespace {

using Source = Calculation::Source;

Hash hash_parameters(const Calculation& calculation) {
  Hasher hasher("parameters/1");
  for (const auto& p : calculation.parameters) {
    hasher.add(p.name).add(name_of(p.type)).add(p.text);
  }
  return hasher.digest();
}

// Exceptions from the validator do not change what a cell puts out and are left out.
Hash hash_schema(const Calculation& calculation) {
  Hasher hasher("schema/1");
  for (const auto& o : calculation.outputs) {
    hasher.add(o.name).add(name_of(o.type)).add(uint64_t{o.key}).add(uint64_t{o.nullable});
  }
  return hasher.digest();
}

Hash hash_columns(const Calculation& calculation, const Manifest& manifest,
                  const Project& project) {
  Hasher hasher("columns/1");
  for (const auto& read : calculation.reads) {
    hasher.add(static_cast<uint64_t>(read.source)).add(read.name).add(uint64_t{read.optional});
    hasher.add(uint64_t{read.window}).add(uint64_t{read.columns.size()});
    if (read.source == Source::Dataset) hasher.add(project.dataset(read.name)->entity);
    if (read.source == Source::Calculation) {
      const Calculation& source = *manifest.find(read.name);
      for (size_t key : source.keys()) {
        hasher.add(source.outputs[key].name).add(name_of(source.outputs[key].type));
      }
    }
    for (const auto& column : read.columns) hasher.add(column.name).add(name_of(column.type));
  }
  return hasher.digest();
}

std::vector<std::string> dated_names(const Calculation& calculation) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  auto add = [&](const std::string& name) {
    std::string unique = name;
    for (int i = 2; !taken.insert(unique).second; ++i) unique = name + "/" + std::to_string(i);
    names.push_back(unique);
  };
  for (const auto& read : calculation.reads) {
    switch (read.source) {
      case Source::Dataset:
        add("dataset:" + read.name);
        break;
      case Source::Calculation:
        add("dependency:" + read.name);
        break;
      case Source::Previous:
        add("history");
        break;
      case Source::Calendar:
        add("calendar");
        break;
    }
    if (read.window > 1) add("window:" + read.name);
  }
  return names;
}

std::map<std::string, Hash> by_name(const Identity& identity, const std::vector<Hash>& dated) {
  std::map<std::string, Hash> parts;
  for (const auto& part : identity.parts) parts[part.name] = part.hash;
  for (size_t i = 0; i < dated.size() && i < identity.dated.size(); ++i) {
    parts[identity.dated[i]] = dated[i];
  }
  return parts;
}

}  // namespace

Identity identity_of(const Calculation& calculation, const Manifest& manifest,
                     const Project& project) {
  Identity identity;
  identity.parts.push_back({"code", calculation.code_hash});
  for (const auto& layer : calculation.layers) {
    identity.parts.push_back({"layer:" + layer.path, layer.hash});
  }
  identity.parts.push_back({"parameters", hash_parameters(calculation)});
  identity.parts.push_back({"schema", hash_schema(calculation)});
  identity.parts.push_back({"columns", hash_columns(calculation, manifest, project)});
  identity.parts.push_back({"infrastructure", calculation.infrastructure});
  identity.parts.push_back({"epoch", Hasher("epoch/1").add(project.epoch).digest()});
  identity.dated = dated_names(calculation);
  return identity;
}

Hash hash_of(const Identity& identity) {
  Hasher hasher("identity/1");
  for (const auto& part : identity.parts) hasher.add(part.name).add(part.hash);
  return hasher.digest();
}

Hash code_of(const Identity& identity) {
  Hasher hasher("code/1");
  for (const auto& part : identity.parts) {
    const Part kind = part_of(part.name);
    if (kind == Part::Code || kind == Part::Layer) hasher.add(part.name).add(part.hash);
  }
  return hasher.digest();
}

std::vector<std::string> changed_parts(const Identity& old_identity,
                                       const std::vector<Hash>& old_dated,
                                       const Identity& new_identity,
                                       const std::vector<Hash>& new_dated) {
  auto before = by_name(old_identity, old_dated);
  const auto now = by_name(new_identity, new_dated);
  std::vector<std::string> changed;
  for (const auto& [name, hash] : now) {
    const auto was = before.find(name);
    if (was == before.end() || was->second != hash) changed.push_back(name);
    if (was != before.end()) before.erase(was);
  }
  for (const auto& [name, hash] : before) changed.push_back(name);
  std::sort(changed.begin(), changed.end(), [](const auto& a, const auto& b) {
    return std::pair(part_of(a), a) < std::pair(part_of(b), b);
  });
  return changed;
}

}  // namespace almanac
