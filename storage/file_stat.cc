#include "storage/file_stat.h"

#include <sys/stat.h>

#include <algorithm>

namespace almanac {

namespace {

constexpr int64_t kRacyWindowNs = 2'000'000'000;  // the coarsest clock of a file system in use

int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

bool FileStat::settled_by(int64_t read_ns) const {
  return std::max(mtime_ns, ctime_ns) < read_ns - kRacyWindowNs;
}

std::optional<FileStat> FileStat::of(const std::string& path) {
  struct stat found;
  if (stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
  return FileStat{found.st_size, nanoseconds(found.st_mtim), nanoseconds(found.st_ctim),
                  found.st_ino};
}

}  // namespace almanac
