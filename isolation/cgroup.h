// Cgroup: a child process's own group in the memory controller. RLIMIT_DATA in the child holds for
// what it allocates (isolation/walls.h); this also for its files in memory and for what the system
// keeps for it, and a child that takes too much dies alone instead of the process that the kernel
// picks. Sources: cgroups(7), Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of
// Linux.
//
// Thread rule: one thread at a time. For the parent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace almanac {

// A folder in which groups may be made.
struct CgroupFolder {
  std::string path;
  int version;  // 1 or 2

  bool operator==(const CgroupFolder&) const = default;
};

// Where a process may make groups that have a memory controller, best first, from the texts of its
// /proc/self/cgroup and /proc/self/mountinfo: its own group, the one around it (of version 2 a
// group with processes can have no groups inside), the root of what is mounted. `levels`: so many
// from the own group on.
std::vector<CgroupFolder> cgroup_folders(const std::string& groups, const std::string& mounts,
                                         size_t levels = 2);

// Those of this process.
std::vector<CgroupFolder> own_cgroup_folders(size_t levels = 2);

class Cgroup {
 public:
  static constexpr uint64_t kMostTasks = 512;  // threads, with version 2 where it is there

  // In the first folder that allows it. `name`: a file name, unique on this machine; a group of
  // this name without processes is replaced. Errors name the folder and the reason.
  static Result<std::unique_ptr<Cgroup>> create(const std::string& name, uint64_t bytes);
  static Result<std::unique_ptr<Cgroup>> create_in(const CgroupFolder& folder,
                                                   const std::string& name, uint64_t bytes);

  // Removes groups named `prefix` and the id of a process that is gone, and was not there to remove
  // them.
  static void sweep(const std::string& prefix);

  // What this process and those in groups around it may have together; the largest number where
  // there is no limit, or none is seen.
  static uint64_t own_limit();

  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;
  // Removes the group, whose processes must be dead and waited for; it stays if one lives on.
  ~Cgroup();

  // Memory that the process has already stays where it was counted.
  Result<void> add(int pid);

  // Zero where the system does not say.
  uint64_t oom_kills() const;
  uint64_t peak_bytes() const;

  const std::string& path() const { return path_; }

 private:
  Cgroup(std::string path, int version) : path_(std::move(path)), version_(version) {}
  Result<void> set_limits(uint64_t bytes);

  std::string path_;
  int version_;
};

}  // namespace almanac
