// almanac build, list, show, dag: the manifest.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/base/nearest.h"
#include "core/manifest/calculation_json.h"
#include "core/plan/identity.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

using nlohmann::json;

std::string_view name_of(Calculation::Kind kind) {
  switch (kind) {
    case Calculation::Kind::PerEntity:
      return "per_entity";
    case Calculation::Kind::WholeDate:
      return "whole_date";
    case Calculation::Kind::Series:
      return "series";
  }
  return "?";
}

std::string read_text(const Calculation::Read& read) {
  std::string text;
  switch (read.source) {
    case Calculation::Source::Dataset:
      text = "dataset " + read.name;
      break;
    case Calculation::Source::Calculation:
      text = "calculation " + read.name;
      break;
    case Calculation::Source::Previous:
      text = "own previous result";
      break;
    case Calculation::Source::Calendar:
      text = "the calendar";
      break;
  }
  if (read.window > 1) text += ", window of " + std::to_string(read.window) + " days";
  if (read.optional) text += ", optional";
  std::string columns;
  for (const auto& column : read.columns) {
    columns += (columns.empty() ? ": " : ", ") + column.name + " " +
               std::string(almanac::name_of(column.type));
  }
  return text + columns;
}

Result<int> show(const Options& options) {
  TRY(const Built built, load_and_build(options));
  const Calculation* calculation = built.manifest.find(options.calculation);
  if (!calculation) {
    std::vector<std::string> known;
    for (const auto& c : built.manifest.calculations) known.push_back(c.id);
    return usage_error("no calculation \"" + options.calculation + "\"; did you mean \"" +
                       nearest(options.calculation, known) + "\"?");
  }
  const Calculation& c = *calculation;
  if (options.json) {
    json out = calculation_to_json(c);
    out["version"] = 1;
    out["pass"] = built.manifest.pass[built.manifest.index.at(c.id)];
    print_json(out);
    return static_cast<int>(kDone);
  }
  std::printf("%s/%s  (%s%s)\n", c.category.c_str(), c.id.c_str(),
              std::string(name_of(c.kind)).c_str(), c.historical() ? ", historical" : "");
  std::printf("  file    %s\n  pass    %u\n", c.file.c_str(),
              built.manifest.pass[built.manifest.index.at(c.id)]);
  for (const auto& read : c.reads) std::printf("  reads   %s\n", read_text(read).c_str());
  for (const auto& o : c.outputs) {
    std::printf("  puts    %s %s%s%s\n", o.name.c_str(),
                std::string(almanac::name_of(o.type)).c_str(), o.key ? ", key" : "",
                o.nullable ? ", nullable" : "");
  }
  for (const auto& p : c.parameters)
    std::printf("  takes   %s = %s\n", p.name.c_str(), p.text.c_str());
  const Identity identity = identity_of(c, built.manifest, built.project);
  for (const auto& part : identity.parts) {
    std::printf("  %-24s %s\n", part.name.c_str(), part.hash.hex().c_str());
  }
  return static_cast<int>(kDone);
}

Result<int> list(const Options& options) {
  TRY(const Built built, load_and_build(options));
  json out{{"version", 1}, {"calculations", json::array()}};
  for (size_t i = 0; i < built.manifest.calculations.size(); ++i) {
    const Calculation& c = built.manifest.calculations[i];
    if (options.json) {
      json entry = calculation_to_json(c);
      entry["pass"] = built.manifest.pass[i];
      out["calculations"].push_back(std::move(entry));
    } else {
      std::printf("%u  %-28s %s\n", built.manifest.pass[i], (c.category + "/" + c.id).c_str(),
                  std::string(name_of(c.kind)).c_str());
    }
  }
  if (options.json) print_json(out);
  return static_cast<int>(kDone);
}

Result<int> dag(const Options& options) {
  TRY(const Built built, load_and_build(options));
  const Manifest& m = built.manifest;
  if (options.json) {
    json out{{"version", 1}, {"nodes", json::array()}, {"edges", json::array()}};
    for (size_t i = 0; i < m.calculations.size(); ++i) {
      out["nodes"].push_back({{"id", m.calculations[i].id}, {"pass", m.pass[i]}});
      for (uint32_t d : m.dependencies[i]) {
        out["edges"].push_back({{"from", m.calculations[d].id}, {"to", m.calculations[i].id}});
      }
    }
    print_json(out);
    return static_cast<int>(kDone);
  }
  if (options.format == "dot") std::printf("digraph almanac {\n  rankdir=LR;\n");
  if (options.format == "mermaid") std::printf("graph LR\n");
  for (size_t i = 0; i < m.calculations.size(); ++i) {
    const std::string& id = m.calculations[i].id;
    if (options.format == "text") {
      std::string needs;
      for (uint32_t d : m.dependencies[i]) {
        needs += (needs.empty() ? " <- " : ", ") + m.calculations[d].id;
      }
      std::printf("pass %u  %s%s\n", m.pass[i], id.c_str(), needs.c_str());
      continue;
    }
    if (options.format == "dot") std::printf("  \"%s\";\n", id.c_str());
    if (options.format == "mermaid") std::printf("  %s\n", id.c_str());
    for (uint32_t d : m.dependencies[i]) {
      const char* edge = options.format == "dot" ? "  \"%s\" -> \"%s\";\n" : "  %s --> %s\n";
      std::printf(edge, m.calculations[d].id.c_str(), id.c_str());
    }
  }
  if (options.format == "dot") std::printf("}\n");
  return static_cast<int>(kDone);
}

int finish(const Result<int>& code) {
  return code.ok() ? *code : fail(code.error());
}

}  // namespace

int build_command(const Options& options) {
  auto built = load_and_build(options);
  if (!built.ok()) return fail(built.error());
  if (options.json) {
    print_json({{"version", 1}, {"calculations", built->manifest.calculations.size()}});
  } else {
    std::printf("%zu calculations in %u passes\n", built->manifest.calculations.size(),
                built->manifest.passes());
  }
  return kDone;
}

int list_command(const Options& options) {
  return finish(list(options));
}
int show_command(const Options& options) {
  return finish(show(options));
}
int dag_command(const Options& options) {
  return finish(dag(options));
}

}  // namespace almanac
