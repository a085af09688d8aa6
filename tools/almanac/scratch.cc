#include "tools/almanac/scratch.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>

#include <filesystem>
#include <utility>

namespace almanac {

namespace {

namespace fs = std::filesystem;

FileHandle lock_in(const std::string& folder, int flags) {
  FileHandle lock(open((folder + "/lock").c_str(), flags | O_CLOEXEC, 0600));
  if (!lock.valid() || flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return FileHandle();
  return lock;
}

// Those of processes that were killed.
void sweep(const fs::path& parent, const std::string& prefix) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(parent, error)) {
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    const FileHandle lock = lock_in(entry.path(), O_RDWR);
    std::error_code ignored;  // what belongs to somebody else stays
    if (lock.valid()) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace

Result<Scratch> Scratch::create(const std::string& name) {
  const std::string prefix = "almanac-" + name + "-";
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  if (error) return usage_error("TMPDIR is no folder; name one, or unset it");
  sweep(parent, prefix);
  std::string path = (parent / (prefix + "XXXXXX")).string();
  if (mkdtemp(path.data()) == nullptr) {
    return temporary_error("no folder can be made in " + parent.string() + "; is the disk full?");
  }
  FileHandle lock = lock_in(path, O_RDWR | O_CREAT);
  return Scratch(std::move(path), std::move(lock));
}

Scratch::Scratch(Scratch&& other) noexcept
    : path_(std::exchange(other.path_, "")), lock_(std::move(other.lock_)) {}

Scratch::~Scratch() {
  std::error_code error;  // the next one takes what stays
  if (!path_.empty()) fs::remove_all(path_, error);
}

}  // namespace almanac
