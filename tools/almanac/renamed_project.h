// A project in which a calculation is called otherwise: which of its files say so, and a copy that
// is built to see whether it holds.
#pragma once

#include <string>
#include <vector>

#include "activities/build_record.h"
#include "core/base/result.h"
#include "core/manifest/project.h"

namespace almanac {

// One file of the project, by paths relative to it.
struct FileEdit {
  std::string path, new_path;  // differ for the calculation's own file
  std::string before, after;   // content
};

// `file`: the source of the calculation. Looks at all sources that the build knows, and at
// almanac.toml.
Result<std::vector<FileEdit>> find_edits(const Project& project, const BuildRecord& record,
                                         const std::string& file, const std::string& from,
                                         const std::string& to);

// Makes the folder `copy` a project with the edits, that shares modules, data and what is not
// edited with the one at `root`. What is edited is real in it, whatever links lead there in the
// project.
Result<void> stage_project(const std::string& root, const std::string& copy,
                           const std::vector<FileEdit>& edits);

// Brings one file of the project to what it is in the copy, durably; done already is fine. Usage
// error where it is neither as before nor as it should be: somebody has edited it.
Result<void> place_edit(const std::string& root, const FileEdit& edit);

}  // namespace almanac
