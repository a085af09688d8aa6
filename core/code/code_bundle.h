// What is kept of a version of a calculation's code, so that a later one can be compared with it,
// built again beside it and run: its sources.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace almanac {

struct CodeBundle {
  struct Source {
    std::string path;  // relative to the project
    std::string text;
    bool operator==(const Source&) const = default;
  };
  std::string unit;             // path of the calculation's own source
  std::vector<Source> sources;  // the unit, project headers and layers
  bool operator==(const CodeBundle&) const = default;

  // Null: there is no source of that path.
  const Source* source(std::string_view path) const;
};

// A CBOR document (RFC 8949), for sources may hold any bytes. The same bundle gives the same bytes.
std::string encode(const CodeBundle& bundle);

// Data error: it is no bundle.
Result<CodeBundle> decode_code_bundle(std::string_view bytes);

}  // namespace almanac
