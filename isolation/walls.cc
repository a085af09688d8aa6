#include "isolation/walls.h"

#include <link.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "isolation/landlock.h"
#include "isolation/namespaces.h"
#include "isolation/process_limits.h"
#include "isolation/system_calls.h"

namespace almanac {
namespace {

namespace fs = std::filesystem;

Result<std::string> resolved(const std::string& path, const char* what) {
  std::error_code error;
  const fs::path found = fs::canonical(path, error);
  if (error) return usage_error("walls: " + (what + (" " + path)) + ": " + error.message());
  if (!fs::path(path).is_absolute() || found == "/" || found == fs::canonical("/tmp", error)) {
    return usage_error("walls: " + (what + (" " + path)) +
                       ": expected the absolute path of a folder of its own");
  }
  return found.string();
}

// A library may load others that lie beside it.
int add_folder(dl_phdr_info* library, size_t, void* folders) {
  const std::string path = library->dlpi_name;  // empty: the program; no slash: the kernel's vdso
  const size_t slash = path.rfind('/');
  if (slash != std::string::npos && slash > 0) {
    static_cast<std::vector<std::string>*>(folders)->push_back(path.substr(0, slash));
  }
  return 0;
}

Result<WallLimits> resolved(WallLimits limits) {
  TRY(limits.writable, resolved(limits.writable, "writable folder"));
  for (std::string& path : limits.readable) {
    TRY(path, resolved(path, "readable path"));
  }
  std::vector<std::string> folders;
  dl_iterate_phdr(add_folder, &folders);
  for (const std::string& folder : folders) {
    if (const auto path = resolved(folder, "folder of a library")) limits.readable.push_back(*path);
  }
  std::sort(limits.readable.begin(), limits.readable.end());
  limits.readable.erase(std::unique(limits.readable.begin(), limits.readable.end()),
                        limits.readable.end());
  return limits;
}

// Namespaces and system call filters are those of a thread; the others would stay outside.
Result<void> check_one_thread() {
  std::error_code error;
  const fs::directory_iterator threads("/proc/self/task", error);
  if (error) return usage_error("walls: /proc/self/task: " + error.message() + ": mount /proc");
  const auto count = std::distance(begin(threads), end(threads));
  if (count == 1) return {};
  return internal_error("walls: expected a process with one thread, found " +
                        std::to_string(count) + ": raise them before anything starts threads");
}

Result<void> raise(Wall wall, const WallLimits& limits, const Walls& before) {
  switch (wall) {
    case Wall::Network:
      return leave_network();
    case Wall::Files:
      return make_files_read_only(limits);
    case Wall::Limits:
      return set_limits(limits);
    case Wall::Privileges:
      return drop_privileges();
    case Wall::Landlock:
      return confine_files(limits, before.stands(Wall::Files));
    case Wall::Seccomp:
      return filter_system_calls();
  }
  return internal_error("no such wall");
}

}  // namespace

const char* name_of(Wall wall) {
  constexpr std::array kNames = {"network", "files", "limits", "privileges", "landlock", "seccomp"};
  static_assert(kNames.size() == kAllWalls.size());
  return kNames[static_cast<size_t>(wall)];
}

bool Walls::stands(Wall wall) const {
  return std::find(standing.begin(), standing.end(), wall) != standing.end();
}

std::string Walls::text() const {
  std::string text;
  for (const Wall wall : standing) text += (text.empty() ? "" : ",") + std::string(name_of(wall));
  return text.empty() ? "none" : text;
}

Result<Walls> raise_walls(Sandbox sandbox, const WallLimits& limits,
                          const std::vector<Wall>& wanted) {
  Walls walls;
  if (sandbox == Sandbox::Off) return walls;
  TRY_VOID(check_one_thread());
  TRY(const WallLimits paths, resolved(limits));
  for (const Wall wall : kAllWalls) {
    if (std::find(wanted.begin(), wanted.end(), wall) == wanted.end()) continue;
    if (const auto raised = raise(wall, paths, walls)) {
      walls.standing.push_back(wall);
    } else if (sandbox == Sandbox::Strict) {
      return usage_error("the wall " + (name_of(wall) + (": " + raised.error().message)) +
                         ": allow it, or run with sandbox = \"best_effort\"");
    } else {
      walls.missing.push_back(name_of(wall) + (": " + raised.error().message));
    }
  }
  return walls;
}

Result<void> close_descriptors(std::vector<int> keep) {
  std::sort(keep.begin(), keep.end());
  keep.push_back(INT_MAX);  // the end of the last range
  unsigned from = STDERR_FILENO + 1;
  for (const int kept : keep) {
    if (kept < 0 || static_cast<unsigned>(kept) < from) continue;
    const auto to = static_cast<unsigned>(kept) - 1;
    if (from <= to && syscall(SYS_close_range, from, to, 0) != 0) {
      return internal_error(std::string("close_range: ") + std::strerror(errno) +
                            ": Linux 5.9 or later is needed");
    }
    from = static_cast<unsigned>(kept) + 1;
  }
  return {};
}

}  // namespace almanac
