// Where things are written: whether that can be, what was left there, and how much it is.
#include <signal.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "activities/workspace.h"
#include "storage/files.h"
#include "tools/almanac/finding.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLeastFreeBytes = 500'000'000;
constexpr uint64_t kLeastFreeFiles = 10'000;

// The path, or what is there of the folders around it.
fs::path existing(fs::path path) {
  std::error_code error;
  while (!fs::exists(path, error) && path.has_parent_path() && path != path.parent_path()) {
    path = path.parent_path();
  }
  return path;
}

Finding examine_folder(const std::string& subject, const std::string& path) {
  const fs::path folder = existing(path);
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return wrong(subject, folder.string() + " cannot be written to",
                 "give yourself the right to, or name another place in [storage]");
  }
  struct statvfs disk{};
  if (statvfs(folder.c_str(), &disk) != 0) {
    return wrong(subject, folder.string() + " cannot be looked at", "");
  }
  const uint64_t free = uint64_t{disk.f_bavail} * disk.f_frsize;
  const std::string found = path + ", " + bytes_text(free) + " free";
  if (free < kLeastFreeBytes) return wrong(subject, found, "make room there; almanac gc may help");
  if (disk.f_files > 0 && disk.f_favail < kLeastFreeFiles) {
    return wrong(subject, found + ", but for " + std::to_string(disk.f_favail) + " files only",
                 "make room there");
  }
  return fine(subject, found);
}

struct Size {
  uint64_t bytes = 0;
  void add(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      const auto size = fs::file_size(path, error);
      if (!error) bytes += size;
      return;
    }
    for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end;
         entry.increment(error)) {
      if (std::error_code gone; entry->is_regular_file(gone)) add(entry->path());
    }
  }
};

// What processes that are gone have left there: the first part of a name is their id.
Finding examine_staging(const std::string& store) {
  Size left;
  uint64_t count = 0;
  const auto names = names_in(store + "/staging");
  if (!names.ok()) return wrong("staging", names.error().message, "");
  for (const auto& name : *names) {
    const long owner = std::atol(name.c_str());
    if (owner > 0 && (kill(static_cast<pid_t>(owner), 0) == 0 || errno != ESRCH)) continue;
    ++count;
    left.add(fs::path(store) / "staging" / name);
  }
  if (count == 0) return fine("staging", "nothing is left of processes that are gone");
  return note(
      "staging",
      count_text(count, "left-over") + " of processes that are gone, " + bytes_text(left.bytes),
      "the next run removes them");
}

Finding examine_caches(const Project& project) {
  Size cache, build;
  cache.add(project.root + "/.almanac/cache");
  build.add(project.root + "/.almanac/build");
  return fine("caches", bytes_text(cache.bytes) + " of decoded columns and fingerprints, " +
                            bytes_text(build.bytes) + " of modules; both may be deleted");
}

}  // namespace

std::vector<Finding> examine_disks(const Project& project) {
  const std::string store = location_path(project, project.store);
  return {examine_folder("store", store),
          examine_folder("view", location_path(project, project.results)),
          examine_folder("build", project.root + "/.almanac/build"), examine_staging(store),
          examine_caches(project)};
}

}  // namespace almanac
