// almanac show CALC: what a calculation says of itself, and with --date what it put out.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "activities/workspace.h"
#include "core/manifest/calculation_json.h"
#include "core/manifest/selection.h"
#include "core/plan/identity.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/result_rows.h"
#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

std::string typed(const std::string& name, Type type) {
  return name + " " + std::string(name_of(type));
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
    columns += (columns.empty() ? ": " : ", ") + typed(column.name, column.type);
  }
  return text + columns;
}

std::string output_text(const Calculation::Output& output) {
  std::string text = typed(output.name, output.type);
  if (output.key) text += ", key";
  if (output.sparse) {
    text += ", sparse";  // and so nullable
  } else if (output.nullable) {
    text += ", nullable";
  }
  if (output.constant) text += ", constant";
  return text;
}

// Whether the project file gives the parameter its value.
bool from_project(const Project& project, const Calculation& c, const std::string& parameter) {
  const auto given = project.parameters.find(c.id);
  return given != project.parameters.end() && given->second.contains(parameter);
}

void print_names(const char* what, const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  if (!text.empty()) std::printf("  %-7s %s\n", what, text.c_str());
}

void print_calculation(const Built& built, size_t index) {
  const Calculation& c = built.manifest.calculations[index];
  std::printf("%s/%s  (%s%s)\n", c.category.c_str(), c.id.c_str(),
              std::string(name_of(c.kind)).c_str(), c.historical() ? ", historical" : "");
  std::printf("  file    %s\n  pass    %u\n", c.file.c_str(), built.manifest.pass[index]);
  print_names("lines", c.lines);
  print_names("tags", c.tags);
  if (const auto by = c.streamed_by(); !by.name.empty()) {
    std::printf("  streams %s\n", typed(by.name, by.type).c_str());
  }
  for (const auto& read : c.reads) std::printf("  reads   %s\n", read_text(read).c_str());
  for (const auto& o : c.outputs) std::printf("  puts    %s\n", output_text(o).c_str());
  for (const auto& p : c.parameters) {
    std::printf("  takes   %s = %s (%s)\n", typed(p.name, p.type).c_str(), p.text.c_str(),
                from_project(built.project, c, p.name) ? "almanac.toml" : "default");
  }
  const Identity identity = identity_of(c, built.manifest, built.project);
  size_t width = 0;
  for (const auto& part : identity.parts) width = std::max(width, width_of(part.name));
  for (const auto& part : identity.parts) {
    std::printf("  %s %s\n", padded(part.name, width).c_str(), part.hash.hex().c_str());
  }
}

Result<int> show(const Options& options) {
  TRY(const Built built, load_and_build(options));
  TRY(const uint32_t index, find_calculation(built.manifest, options.calculation));
  const Calculation& c = built.manifest.calculations[index];
  std::optional<ResultRows> rows;
  if (options.from) {
    const std::string date = options.from->str();
    const std::string folder = location_path(built.project, built.project.results) + "/" +
                               c.category + "/" + c.id + "/date=" + date;
    if (std::error_code error; !std::filesystem::exists(folder, error)) {
      return usage_error(c.id + " has no published result on " + date + "; almanac explain " +
                         c.id + " " + date + " says why");
    }
    TRY(rows, first_rows(folder, options.rows));
  }
  if (options.json) {
    json out = calculation_to_json(c);
    out["version"] = 1;
    out["pass"] = built.manifest.pass[index];
    if (rows) {
      out["date"] = options.from->str();
      out["rows"] = rows_json(*rows);
      out["more"] = rows->more;
    }
    print_json(out);
  } else if (rows) {
    print_rows(*rows);
  } else {
    print_calculation(built, index);
  }
  return static_cast<int>(kDone);
}

}  // namespace

int show_command(const Options& options) {
  auto code = show(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
