// MvIntent: the note that a calculation is being renamed, from the moment at which the ledger may
// know of it to the one at which all files do. While it is there, nothing but finishing it is done
// with the project. .almanac/mv.json; the copy of the project lies in .almanac/mv.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "tools/almanac/renamed_project.h"

namespace almanac {

struct MvIntent {
  std::string from, to;
  std::vector<FileEdit> edits;

  // The copy of the project at `root`.
  static std::string copy_of(const std::string& root) { return root + "/.almanac/mv"; }

  static Result<std::optional<MvIntent>> read(const std::string& root);
  // Durable when it returns. The copy is there.
  Result<void> write(const std::string& root) const;
  static Result<void> remove(const std::string& root);
};

// Usage error where a renaming was interrupted.
Result<void> check_no_renaming(const std::string& root);

}  // namespace almanac
