// Scratch: a folder for temporary files that goes with the object, or, where its process was
// killed, when the next one is made: whoever lives holds a lock in it.
#pragma once

#include <string>

#include "core/base/result.h"
#include "storage/files.h"

namespace almanac {

class Scratch {
 public:
  // In the system's folder for such. `name`: of its kind. Temporary error where there can be none,
  // usage error where TMPDIR is wrong.
  static Result<Scratch> create(const std::string& name);
  Scratch(Scratch&& other) noexcept;
  ~Scratch();

  const std::string& path() const { return path_; }

 private:
  Scratch(std::string path, FileHandle lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  FileHandle lock_;
};

}  // namespace almanac
