// The project file, almanac.toml, read into a Project.
//
// [project] name, epoch, calendar, timezone; [storage] ledger, results, store; [dataset.NAME] path,
// entity, date_column, canary, first, static; [evidence] policy; [evidence.tags]; [calculation.ID]
// evidence; [calculation.ID.parameters]; [engine] kind, address, namespace; [runner] sandbox,
// memory_mb, high_mem_mb, seconds, repeat_percent. Environment variables ALMANAC_<SECTION>_<KEY> of
// the sections project, storage, evidence and engine override the file; an empty one counts as
// unset, one that names no key is none of ours.
//
// Usage error: no such file, TOML syntax, an unknown key (with the nearest known one), a wrong
// type, a value that does not make sense or that this version cannot do yet. Everything that is
// wrong is named, one line each, with file and line.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/manifest/project.h"

namespace almanac {

inline constexpr const char* kProjectFile = "almanac.toml";

// The value of an environment variable, null where it is not set.
using Environment = std::function<const char*(const char* name)>;

// The project in this very folder; parents are not searched. `root` is the folder's absolute path.
Result<Project> read_project(const std::string& folder, const Environment& environment);

// The same from the file's text; `file` is what messages call it.
Result<Project> parse_project(std::string_view text, const std::string& file,
                              const std::string& root, const Environment& environment);

}  // namespace almanac
