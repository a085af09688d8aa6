#include "storage/lease_owner.h"

#include <unistd.h>

#include <fstream>
#include <sstream>

#include "core/base/check.h"

namespace almanac {

namespace {

std::string host_name() {
  char name[256] = {};
  const int status = gethostname(name, sizeof name - 1);
  CHECK(status == 0, "the host has a name");
  return name;
}

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  file >> id;
  return id;
}

std::string pid_namespace() {
  char name[64];
  const ssize_t size = readlink("/proc/self/ns/pid", name, sizeof name);
  return size < 0 ? "" : std::string(name, static_cast<size_t>(size));
}

// Field 22 of /proc/PID/stat; -1 when there is no such process, or only its exit status is left.
int64_t start_of(int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  const size_t name_end = line.rfind(')');  // the name may hold spaces and parentheses
  if (name_end == std::string::npos) return -1;
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  fields >> field;  // 3: state
  if (field == "Z" || field == "X") return -1;
  for (int number = 4; number <= 22; ++number) fields >> field;
  return fields ? std::stoll(field) : -1;
}

}  // namespace

LeaseOwner LeaseOwner::self() {
  return {host_name(), boot_id(), pid_namespace(), getpid(), start_of(getpid())};
}

bool LeaseOwner::may_be_alive() const {
  if (boot != boot_id()) return host != host_name();
  return pids != pid_namespace() || started == start_of(pid);
}

}  // namespace almanac
