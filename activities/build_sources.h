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
  std::vector<std::string> includes;  // "x.h" or <x.h>, as written
};

// Nullopt when it cannot be read.
std::optional<SourceFile> read_source(const std::string& root, const std::string& path);

// Reads each file once.
class SourceFiles {
 public:
  explicit SourceFiles(std::string root) : root_(std::move(root)) {}

  const SourceFile* find(const std::string& path);  // null when it cannot be read

  // The files of the project that the includes of `files` lead to: for each the first that exists,
  // whether or not the preprocessor gets there. It changes when a new header hides another.
  std::vector<std::string> resolve_includes(const std::vector<const SourceFile*>& files);

 private:
  bool exists(const std::string& path);

  std::string root_;
  std::map<std::string, std::optional<SourceFile>> files_;
  std::map<std::string, bool> exists_;
};

// The content of a file; nullopt when it cannot be read.
std::optional<std::string> read_text(const std::string& path);

}  // namespace almanac
