// The static identity of a calculation's source: hashes over tokens, so that comments and layout do
// not count. Preimages carry a recipe version and are frozen by golden vectors in
// tests/core/code_hash_test.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/hash.h"
#include "core/code/tokens.h"

namespace almanac {

// What is remembered of one project file: enough to compose code hashes and to see whether it
// changed.
struct SourceHash {
  Hash tokens;         // all of them
  Hash identity;       // all that count: without the category in ALMANAC_CALCULATION
  Hash layout;         // path and bytes
  bool exact = false;  // says something about its own layout: __LINE__, __FILE__, #parameter, ...
  bool operator==(const SourceHash&) const = default;
};

// `path` is relative to the project; `tokens` are those of `source`.
SourceHash source_hash(std::string_view path, std::string_view source,
                       const std::vector<Token>& tokens);

// Identity of a shared layer, which is tracked by itself.
inline Hash layer_hash(const SourceHash& layer) {
  return layer.identity;
}

// Identity of a calculation's own code: its unit, the project headers outside layers/ in the order
// in which they are first included (in place of their paths, which do not count), what
// __has_include found, and the flags that change what code means. Where one of the files, layers
// too, says something about layout, the layout of all of them counts.
Hash code_hash(const SourceHash& unit, const std::vector<SourceHash>& headers,
               const std::vector<SourceHash>& layers, std::string_view found,
               const std::vector<std::string>& flags);

}  // namespace almanac
