// Makes the module of one calculation: compile, look at what was read, describe, name by content.
#pragma once

#include <string>

#include "activities/build_record.h"
#include "activities/build_sources.h"
#include "activities/build_toolchain.h"
#include "core/base/result.h"

namespace almanac {

// Where a build works. All paths are absolute.
struct BuildPlaces {
  std::string root, sdk_include;
  std::string describe;  // executable
  std::string work;      // for unfinished files; of this build alone, made when needed
  std::string modules;
};

struct BuiltModule {
  BuildEntry entry;
  std::string warnings;  // shortened; empty when there are none
};

// Usage error, with the file, when the source does not compile or the module does not load;
// Temporary when the sources keep changing while they are compiled. Thread rule: one call per
// source at a time.
Result<BuiltModule> make_module(const BuildPlaces& places, const Toolchain& toolchain,
                                const std::string& source);

// Whether the module of an entry is what a compiler would make of the sources as they are now.
bool is_up_to_date(const BuildPlaces& places, const Toolchain& toolchain, const BuildEntry& entry,
                   SourceFiles& files);

// The name in .almanac/build/modules of a code bundle.
std::string bundle_file(const std::string& sha256);

// The name of a calculation's source without folder and ending.
std::string id_of(const std::string& source);

}  // namespace almanac
