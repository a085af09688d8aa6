// Walls: what keeps users' code to its own process. A process raises them around itself, once,
// after exec and before it loads anything of a user's; nothing takes them down again, and threads
// and modules that come later stand behind them.
//
// 1. network: an own network with no way out, own System V IPC, own host name
//    (user_namespaces(7), network_namespaces(7))
// 2. files: all mounts are read-only, but for `writable` and an own, bounded /tmp
//    (mount_namespaces(7), mount_setattr(2))
// 3. limits: memory, size of files, descriptors; no core dump
//    (getrlimit(2), PR_SET_DUMPABLE(2const))
// 4. privileges: no capabilities, and no way to new ones
//    (capabilities(7), PR_SET_NO_NEW_PRIVS(2const))
// 5. landlock: only files that are listed can be opened; from Linux 6.7 on TCP is kept away too,
//    from 6.12 on signals to others and abstract sockets (landlock(7))
// 6. seccomp: only system calls that are listed, see isolation/system_calls.cc (seccomp(2))
//
// What one lets through another stops, as far as the kernel allows. They do not limit the time:
// that is the parent's, and so is all memory together (isolation/cgroup.h). They do not stop reads
// and writes of descriptors that are open already or that the parent sends.
//
// Thread rule: for a process with one thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace almanac {

enum class Sandbox {
  Off,         // no wall is raised
  BestEffort,  // those that this system allows
  Strict,      // all, or an error
};

// In the order in which they are raised: each needs what the next take away.
enum class Wall { Network, Files, Limits, Privileges, Landlock, Seccomp };
inline constexpr std::array kAllWalls = {Wall::Network,    Wall::Files,    Wall::Limits,
                                         Wall::Privileges, Wall::Landlock, Wall::Seccomp};
const char* name_of(Wall wall);

struct WallLimits {
  // What may be allocated beyond what is allocated now, with the stacks of threads. Private
  // writable memory counts. What is mapped from files to be read does not, which is why this is
  // RLIMIT_DATA: RLIMIT_AS would count the tables that the parent hands over.
  uint64_t memory_bytes = 4ull << 30;
  uint64_t file_bytes = 4ull << 30;  // of one file; a write beyond fails with EFBIG
  uint64_t open_files = 256;         // the next fails with EMFILE
  std::string writable;              // the one folder in which files may be made; absolute
  // Files and folders that may be read, beside the system's libraries and the folders of those that
  // are loaded. None lies in `writable`. Absolute.
  std::vector<std::string> readable;
};

// Bytes that fit into the own /tmp; they count as memory of the cgroup.
inline constexpr uint64_t kPrivateTmpBytes = 64u << 20;

struct Walls {
  std::vector<Wall> standing;
  std::vector<std::string> missing;  // of those that do not stand: "network: ", and why

  bool stands(Wall wall) const;
  std::string text() const;  // "network,files,limits"; "none"
};

// A wall stands if every call that it consists of succeeded. Afterwards the current folder is "/"
// if `files` stands. Errors: a path of `limits` does not exist, or is "/" or /tmp itself; the
// process has several threads; with Strict also a wall that cannot be raised, by its name. What was
// raised before an error stays.
Result<Walls> raise_walls(Sandbox sandbox, const WallLimits& limits,
                          const std::vector<Wall>& wanted = {kAllWalls.begin(), kAllWalls.end()});

// Closes all descriptors from 3 on, but for those of `keep` (close_range(2)). Descriptors that were
// opened without O_CLOEXEC would otherwise be the user's.
Result<void> close_descriptors(std::vector<int> keep);

}  // namespace almanac
