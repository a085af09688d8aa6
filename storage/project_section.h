// One table of the project file: typed access to its keys, with the override by environment, and a
// list of everything that is wrong. Used by storage/project_file.cc and
// tools/almanac/equivalent_mutants.cc.
#pragma once

#include <toml++/toml.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "almanac/date.h"
#include "storage/project_file.h"

namespace almanac {

class ProjectSection {
 public:
  struct Context {
    std::string file;
    const Environment* environment;
    std::vector<std::string> problems;  // one line each
  };

  // `table` may be null: the section is not in the file. `title` is "project" or "dataset.prices".
  // Both outlive the section, as does the context.
  ProjectSection(Context* context, const toml::table* table, std::string title);

  // Each leaves `out` alone when the key is not there, and notes a problem when it has the wrong
  // type.
  void text(const char* key, std::string* out);
  void texts(const char* key, std::vector<std::string>* out);
  void number(const char* key, uint64_t* out);
  void flag(const char* key, bool* out);
  void date(const char* key, std::optional<Date>* out);
  // The tables of a table of tables, by name; notes a problem for what is not a table.
  std::vector<std::pair<std::string, const toml::table*>> tables(const char* key);
  const toml::table* table(const char* key);

  // Notes keys that nobody asked for. Call it last.
  void finish();

  bool has(const char* key) const;
  // Notes a problem with the value of a key: where it stands, then the message.
  void problem(const char* key, const std::string& message);

  const std::string& title() const { return title_; }

 private:
  const toml::node* find(const char* key);
  const char* override_of(const char* key) const;
  std::string variable(const char* key) const;
  void wrong_type(const char* key, const char* expected);

  Context* context_;
  const toml::table* table_;
  std::string title_;
  bool overridable_;
  std::vector<std::string> known_;
};

// Usage error, with the line, where it is no TOML.
Result<toml::table> parse_toml(std::string_view text, const std::string& file);

// "almanac.toml:12: " for a node of the file.
std::string at_line(const std::string& file, const toml::node& node);

}  // namespace almanac
