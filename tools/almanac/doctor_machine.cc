// What the machine grants to calculations: walls around them, memory, descriptors.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "isolation/cgroup.h"
#include "isolation/room.h"
#include "isolation/walls.h"
#include "tools/almanac/finding.h"
#include "tools/almanac/scratch.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

constexpr uint64_t kMegabyte = 1'000'000;
constexpr uint64_t kFewDescriptors = 1024;

// What a process says of the walls that it raised: those that stand, and a line for each that does
// not. Empty where there can be no such process.
std::string raise_in_child(const std::string& folder) {
  int ends[2];
  if (pipe(ends) != 0) return "";
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    WallLimits limits;
    limits.writable = folder;
    const auto walls = raise_walls(Sandbox::BestEffort, limits);
    std::string said = walls.ok() ? walls->text() : walls.error().message;
    for (size_t i = 0; walls.ok() && i < walls->missing.size(); ++i)
      said += "\n" + walls->missing[i];
    const bool whole = write(ends[1], said.data(), said.size()) == ssize_t(said.size());
    _exit(whole ? 0 : 1);
  }
  close(ends[1]);
  std::string said;
  char part[4096];
  for (ssize_t size; child > 0 && (size = read(ends[0], part, sizeof part)) > 0;) {
    said.append(part, static_cast<size_t>(size));
  }
  close(ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  return said;
}

Finding examine_sandbox(const Project& project) {
  const std::string& wanted = project.runner.sandbox;
  if (wanted == "off") {
    return note("sandbox", "off: calculations see what you see",
                "set [runner] sandbox = \"best_effort\" when you have found what you look for");
  }
  const auto folder = Scratch::create("doctor");
  if (!folder.ok()) return wrong("sandbox", folder.error().message, "");
  const std::string said = raise_in_child(folder->path());
  if (said.empty()) return wrong("sandbox", "no process can be started", "look at ulimit -u");
  std::string standing = said.substr(0, said.find('\n')), missing = said.substr(standing.size());
  for (size_t at = 0; (at = missing.find('\n')) != std::string::npos;) {
    missing.replace(at, 1, at == 0 ? "" : "; ");
  }
  const std::string found =
      wanted + ": " + standing + (missing.empty() ? " stand" : " stand, not ");
  if (missing.empty()) return fine("sandbox", found);
  if (wanted == "strict") {
    return wrong("sandbox", found + missing,
                 "allow them on this machine, or set [runner] sandbox = \"best_effort\"");
  }
  return note("sandbox", found + missing, "");
}

// Whether children may get groups of their own, which hold more of their memory than limits do.
bool may_make_groups() {
  const auto folders = own_cgroup_folders();
  return std::any_of(folders.begin(), folders.end(), [](const CgroupFolder& folder) {
    return access(folder.path.c_str(), W_OK) == 0;
  });
}

Finding examine_memory(const Project& project) {
  const uint64_t room = room_for_children(), limit = Cgroup::own_limit();
  const uint64_t standard = project.runner.memory_mb * kMegabyte;
  const uint64_t high = project.runner.high_mem_mb * kMegabyte;
  std::string found = bytes_text(room) + " for all calculations together";
  if (limit < std::numeric_limits<int64_t>::max() / 2) {
    found += ", of the " + bytes_text(limit) + " of this cgroup";
  }
  found += may_make_groups() ? "; each is limited by a cgroup" : "; each is limited by RLIMIT_DATA";
  if (room < standard) {
    return wrong("memory", found + "; memory_mb allows one " + bytes_text(standard),
                 "lower [runner] memory_mb, or give more memory");
  }
  if (room < high) {
    return note("memory", found + "; high_mem_mb allows one " + bytes_text(high),
                "one that needs it all may be killed: lower [runner] high_mem_mb");
  }
  return fine("memory", found);
}

Finding examine_descriptors() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  const std::string found = std::to_string(files.rlim_max) + " files may be open";
  if (files.rlim_max >= kFewDescriptors) return fine("descriptors", found);
  return note("descriptors", found,
              "each column that a cell reads is one: raise the hard limit, ulimit -Hn, to " +
                  std::to_string(kFewDescriptors));
}

}  // namespace

std::vector<Finding> examine_machine(const Project& project) {
  return {examine_sandbox(project), examine_memory(project), examine_descriptors()};
}

}  // namespace almanac
