// SHA-256 of files: the names of blobs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace almanac {

// Whether a text is the name of a blob: 64 lower-case hex digits.
bool is_sha256(std::string_view text);

// Length and SHA-256 of a file, read once in bounded memory.
struct FileDigest {
  std::string sha256;
  uint64_t bytes = 0;
};
Result<FileDigest> digest_file(const std::string& path);

}  // namespace almanac
