#include "tools/almanac/equivalent_mutants.h"

#include <toml++/toml.h>

#include <filesystem>

#include "activities/build_sources.h"
#include "storage/project_section.h"

namespace almanac {

namespace {

using behaviour::Equivalent;

Result<Equivalent> read_one(const toml::node& node, size_t number) {
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    return usage_error(at_line(kEquivalentMutants, node) +
                       "expected [[mutant]], found something else");
  }
  ProjectSection::Context context{kEquivalentMutants, nullptr, {}};
  ProjectSection section(&context, table, "mutant." + std::to_string(number));
  Equivalent mutant;
  section.text("file", &mutant.file);
  section.text("line", &mutant.line);
  section.text("now", &mutant.now);
  section.texts("calculations", &mutant.calculations);
  section.text("why", &mutant.why);
  section.finish();
  for (const char* key : {"file", "line", "why"}) {
    if (!section.has(key)) section.problem(key, "is missing");
  }
  if (section.has("now") && mutant.now.empty()) section.problem("now", "is empty");
  if (!context.problems.empty()) return usage_error(context.problems.front());
  return mutant;
}

}  // namespace

Result<std::vector<Equivalent>> read_equivalent_mutants(const std::string& root) {
  std::vector<Equivalent> mutants;
  const std::string path = root + "/" + kEquivalentMutants;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return mutants;
  const auto text = read_text(path);
  if (!text) return usage_error(path + " cannot be read; is it a file that you may read?");
  TRY(const toml::table file, parse_toml(*text, kEquivalentMutants));
  for (const auto& [key, value] : file) {
    const toml::array* list = value.as_array();
    if (key != "mutant" || list == nullptr) {
      return usage_error(at_line(kEquivalentMutants, value) + "expected [[mutant]], found \"" +
                         std::string(key.str()) + "\"");
    }
    for (const toml::node& node : *list) {
      TRY(Equivalent mutant, read_one(node, mutants.size() + 1));
      mutants.push_back(std::move(mutant));
    }
  }
  return mutants;
}

}  // namespace almanac
