// The build record: what each module was made of, by content. Says without compiling whether a
// module is up to date. In .almanac/build/record.json; losing it costs a build, no more.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/hash.h"
#include "core/code/code_hash.h"
#include "core/manifest/calculation.h"

namespace almanac {

struct RecordedSource {
  std::string path;  // relative to the project
  SourceHash hash;
};

// A header of somebody else: neither the project's nor the compiler's nor Almanac's.
struct ThirdPartyHeader {
  std::string name;  // relative to the compiler's include folder
  Hash content;
};

struct BuildEntry {
  Hash made_with;  // compiler, flags, ABI version
  RecordedSource unit;
  std::vector<RecordedSource> headers;  // of the project outside layers/, as first included
  std::vector<RecordedSource> layers;   // as first included
  std::vector<std::string> resolved;    // SourceFiles::resolve_includes over all of these
  std::string found;                    // SourceFiles::ask_includes over all of these, in order
  std::vector<ThirdPartyHeader> third_party;  // by name
  Calculation calculation;  // as described, with module and module_sha256; without hashes of code
};

// The unit, the headers and the layers.
std::vector<const RecordedSource*> sources_of(const BuildEntry& entry);

using BuildRecord = std::map<std::string, BuildEntry>;  // by path of the unit

std::string to_json(const BuildRecord& record);

// What cannot be read is left out: it is built again.
BuildRecord record_from_json(std::string_view text);

}  // namespace almanac
