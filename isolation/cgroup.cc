#include "isolation/cgroup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <sstream>
#include <thread>

#include "storage/files.h"

namespace almanac {
namespace {

constexpr int kRemovals = 50;  // of a group whose last process is just about to be gone
constexpr std::chrono::milliseconds kRemovalPause{10};

// What can be read of it: a group may be removed meanwhile.
std::string read_text(const std::string& path) {
  const FileHandle file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char bytes[4096];
  for (ssize_t got = 0; (got = read(file.get(), bytes, sizeof bytes)) > 0;) {
    text.append(bytes, static_cast<size_t>(got));
  }
  return text;
}

// Of a list with commas.
bool has_word(const std::string& list, const std::string& word) {
  return ("," + list + ",").find("," + word + ",") != std::string::npos;
}

// The kernel takes or refuses a value with one write.
Result<void> write_value(const std::string& path, const std::string& value) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const bool written = fd >= 0 && write(fd, value.data(), value.size()) == ssize_t(value.size());
  const std::string reason = std::strerror(errno);
  if (fd >= 0) close(fd);
  if (!written) return usage_error(path + " = " + value + ": " + reason);
  return {};
}

bool exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

uint64_t number_after(const std::string& text, const std::string& name) {
  std::istringstream words(text);
  std::string word;
  uint64_t number = 0;
  while (words >> word >> number) {
    if (word == name) return number;
  }
  return 0;
}

// Groups inside a group of version 2 have the controllers that it hands on to them.
Result<void> hand_on(const std::string& group, const std::string& controller) {
  const std::string control = group + "/cgroup.subtree_control";
  std::istringstream handed_on(read_text(control));
  for (std::string word; handed_on >> word;) {
    if (word == controller) return {};
  }
  return write_value(control, "+" + controller);
}

struct Mount {
  std::string root, point, type, options;
};

// proc_pid_mountinfo(5): ID PARENT DEVICE ROOT POINT OPTIONS ... - TYPE SOURCE OPTIONS
std::vector<Mount> read_mounts(const std::string& text) {
  std::vector<Mount> mounts;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    Mount mount;
    std::string skipped;
    std::istringstream(line) >> skipped >> skipped >> skipped >> mount.root >> mount.point;
    std::istringstream(line.substr(dash + 3)) >> mount.type >> skipped >> mount.options;
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

// cgroups(7): ID:CONTROLLERS:PATH; of version 2, 0::PATH. "" if it is in no group of the version.
std::string own_group(const std::string& text, int version) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (version == 2 ? line.starts_with("0::") : has_word(controllers, "memory")) {
      return line.substr(second + 1);
    }
  }
  return "";
}

// `group` below `root`: a container may see only a part of the hierarchy.
std::string below(const std::string& root, const std::string& group) {
  const bool inside = root != "/" && group.starts_with(root) &&
                      (group.size() == root.size() || group[root.size()] == '/');
  return inside ? group.substr(root.size()) : group;
}

std::vector<std::string> folders_of(const Mount& mount, const std::string& own, size_t levels) {
  std::string group = below(mount.root, own);
  std::vector<std::string> folders;
  const bool seen = group.starts_with('/') && group.find("/..") == std::string::npos;
  for (; seen && group.size() > 1 && folders.size() < levels; group.resize(group.rfind('/'))) {
    folders.push_back(mount.point + group);
  }
  folders.push_back(mount.point);
  return folders;
}

}  // namespace

std::vector<CgroupFolder> cgroup_folders(const std::string& groups, const std::string& mounts,
                                         size_t levels) {
  std::vector<CgroupFolder> folders;
  for (const Mount& mount : read_mounts(mounts)) {
    const bool first = mount.type == "cgroup" && has_word(mount.options, "memory");
    const int version = mount.type == "cgroup2" ? 2 : first ? 1 : 0;
    if (version == 0) continue;
    for (std::string& path : folders_of(mount, own_group(groups, version), levels)) {
      folders.push_back({std::move(path), version});
    }
  }
  return folders;
}

std::vector<CgroupFolder> own_cgroup_folders(size_t levels) {
  return cgroup_folders(read_text("/proc/self/cgroup"), read_text("/proc/self/mountinfo"), levels);
}

Result<std::unique_ptr<Cgroup>> Cgroup::create(const std::string& name, uint64_t bytes) {
  std::string reasons;
  for (const CgroupFolder& folder : own_cgroup_folders()) {
    if (!exists(folder.path)) continue;
    auto created = create_in(folder, name, bytes);
    if (created) return created;
    reasons += (reasons.empty() ? "" : "; ") + created.error().message;
  }
  if (reasons.empty()) reasons = "no hierarchy with a memory controller is mounted";
  return usage_error("no cgroup can be made: " + reasons +
                     ": delegate one to the engine (systemd: Delegate=memory pids)");
}

Result<std::unique_ptr<Cgroup>> Cgroup::create_in(const CgroupFolder& folder,
                                                  const std::string& name, uint64_t bytes) {
  CHECK(!name.empty() && name.find('/') == std::string::npos, "a group's name is a file name");
  if (folder.version == 2) {
    TRY_VOID(hand_on(folder.path, "memory"));
    (void)hand_on(folder.path, "pids").ok();  // good to have
  }
  const std::string path = folder.path + "/" + name;
  rmdir(path.c_str());
  if (mkdir(path.c_str(), 0755) != 0) {
    return usage_error(path + ": cannot be made: " + std::strerror(errno));
  }
  std::unique_ptr<Cgroup> group(new Cgroup(path, folder.version));
  TRY_VOID(group->set_limits(bytes));
  return group;
}

void Cgroup::sweep(const std::string& prefix) {
  for (const CgroupFolder& folder : own_cgroup_folders()) {
    const auto names = names_in(folder.path);
    if (!names.ok()) continue;
    for (const std::string& name : *names) {
      if (!name.starts_with(prefix)) continue;
      const pid_t process = std::atoi(name.c_str() + prefix.size());
      const bool gone = process > 0 && kill(process, 0) != 0 && errno == ESRCH;
      if (gone) rmdir((folder.path + "/" + name).c_str());
    }
  }
}

uint64_t Cgroup::own_limit() {
  uint64_t least = std::numeric_limits<uint64_t>::max();
  for (const CgroupFolder& folder : own_cgroup_folders(std::numeric_limits<size_t>::max())) {
    const char* const file = folder.version == 1 ? "/memory.limit_in_bytes" : "/memory.max";
    uint64_t bytes = 0;
    if (std::istringstream(read_text(folder.path + file)) >> bytes) least = std::min(least, bytes);
  }
  return least;
}

Result<void> Cgroup::set_limits(uint64_t bytes) {
  const std::string limit = std::to_string(bytes);
  if (version_ == 1) {
    TRY_VOID(write_value(path_ + "/memory.limit_in_bytes", limit));
    // Memory and swap together; only where the kernel counts swap.
    const std::string both = path_ + "/memory.memsw.limit_in_bytes";
    return exists(both) ? write_value(both, limit) : Result<void>();
  }
  TRY_VOID(write_value(path_ + "/memory.max", limit));
  if (const std::string swap = path_ + "/memory.swap.max"; exists(swap)) {
    TRY_VOID(write_value(swap, "0"));
  }
  if (const std::string tasks = path_ + "/pids.max"; exists(tasks)) {
    TRY_VOID(write_value(tasks, std::to_string(kMostTasks)));
  }
  return {};
}

Cgroup::~Cgroup() {
  for (int i = 0; i < kRemovals && rmdir(path_.c_str()) != 0 && errno == EBUSY; ++i) {
    std::this_thread::sleep_for(kRemovalPause);
  }
}

Result<void> Cgroup::add(int pid) {
  return write_value(path_ + "/cgroup.procs", std::to_string(pid));
}

uint64_t Cgroup::oom_kills() const {
  return number_after(read_text(path_ + (version_ == 1 ? "/memory.oom_control" : "/memory.events")),
                      "oom_kill");
}

uint64_t Cgroup::peak_bytes() const {
  std::istringstream text(
      read_text(path_ + (version_ == 1 ? "/memory.max_usage_in_bytes" : "/memory.peak")));
  uint64_t bytes = 0;
  text >> bytes;
  return bytes;
}

}  // namespace almanac
