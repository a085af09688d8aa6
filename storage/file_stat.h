// FileStat: by which a file is taken to be the one that was read before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace almanac {

struct FileStat {
  int64_t size = 0, mtime_ns = 0;
  int64_t ctime_ns = 0;  // unlike mtime nobody can set it
  uint64_t inode = 0;

  bool operator==(const FileStat&) const = default;

  // Whether a write after `read_ns` would show in this stat: the file was last touched long enough
  // before, so that the file system's clock has moved on. False is the racy case of git's index.
  bool settled_by(int64_t read_ns) const;

  // Of a regular file, links followed; empty when there is none.
  static std::optional<FileStat> of(const std::string& path);
};

}  // namespace almanac
