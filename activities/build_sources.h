// The project's own source files, as a build sees them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/code/code_hash.h"

namespace almanac {

// The calculations: calculations/**/<id>.cc relative to the project, sorted by id. Names that start
// with a dot are left out. Usage error that lists all problems: two files of one name, bad names,
// links that leave the project, links to folders.
Result<std::vector<std::string>> find_calculations(const std::string& root);

struct SourceFile {
  std::string path;  // relative to the project
  SourceHash hash;
  // Names of headers as written, "x.h" or <x.h>.
  std::vector<std::string> includes;  // in #include
  std::vector<std::string> asked;     // in __has_include; more where a macro makes its operand
  std::string refused;                // why it cannot be built; empty: it can
};

// Nullopt when it cannot be read.
std::optional<SourceFile> read_source(const std::string& root, const std::string& path);

// Reads each file once.
class SourceFiles {
 public:
  explicit SourceFiles(std::string root) : root_(std::move(root)) {}

  const SourceFile* find(const std::string& path);  // null when it cannot be read

  // The files of the project that the includes of `files` lead to: for each the first that exists,
  // whether or not the preprocessor gets there. It changes when a new header hides another. Names
  // in <> never lead into the project.
  std::vector<std::string> resolve_includes(const std::vector<const SourceFile*>& files);

  // Whether each name in a __has_include of `files` is found, in order, as 1 or 0. `folders` are
  // those that the compiler searches.
  std::string ask_includes(const std::vector<const SourceFile*>& files,
                           const std::vector<std::string>& folders);

 private:
  bool exists(const std::string& path);
  std::string resolve(const SourceFile& file, const std::string& name);

  std::string root_;
  std::map<std::string, std::optional<SourceFile>> files_;
  std::map<std::string, bool> exists_;
};

// The content of a file; nullopt when it cannot be read.
std::optional<std::string> read_text(const std::string& path);

}  // namespace almanac
