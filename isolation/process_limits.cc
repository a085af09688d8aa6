#include "isolation/process_limits.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace almanac {
namespace {

constexpr rlim_t kStackBytes = 8u << 20;

Error refused(const std::string& what) {
  return usage_error(what + ": " + std::strerror(errno));
}

// Soft and hard alike: the process may not raise it again. Never above what the parent gave.
Result<void> limit(int resource, const char* name, rlim_t value) {
  rlimit now{};
  if (getrlimit(static_cast<__rlimit_resource_t>(resource), &now) != 0) return refused(name);
  value = std::min({value, now.rlim_cur, now.rlim_max});
  const rlimit wanted{value, value};
  if (setrlimit(static_cast<__rlimit_resource_t>(resource), &wanted) != 0) {
    return refused(name + (" = " + std::to_string(value)));
  }
  return {};
}

// Bytes that RLIMIT_DATA counts, and the stack (proc_pid_statm(5)).
Result<uint64_t> allocated_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return refused("/proc/self/statm");
  unsigned long long pages = 0;
  const int found = std::fscanf(file, "%*u %*u %*u %*u %*u %llu", &pages);
  std::fclose(file);
  if (found != 1) return internal_error("/proc/self/statm: expected seven numbers");
  return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

// RLIMIT_NPROC is left alone: it counts all processes of the user, wherever they run, and does not
// hold for root. Processes are forbidden by seccomp; threads take stacks, which are memory.
Result<void> set_limits(const WallLimits& limits) {
  TRY(const uint64_t allocated, allocated_bytes());
  TRY_VOID(limit(RLIMIT_CORE, "RLIMIT_CORE", 0));
  TRY_VOID(limit(RLIMIT_STACK, "RLIMIT_STACK", kStackBytes));
  TRY_VOID(limit(RLIMIT_MSGQUEUE, "RLIMIT_MSGQUEUE", 0));
  TRY_VOID(limit(RLIMIT_NOFILE, "RLIMIT_NOFILE", limits.open_files));
  TRY_VOID(limit(RLIMIT_FSIZE, "RLIMIT_FSIZE", limits.file_bytes));
  TRY_VOID(limit(RLIMIT_DATA, "RLIMIT_DATA", allocated + limits.memory_bytes));
  if (std::signal(SIGXFSZ, SIG_IGN) == SIG_ERR) return refused("SIGXFSZ");
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return refused("PR_SET_DUMPABLE");
  return {};
}

Result<void> forbid_new_privileges() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("PR_SET_NO_NEW_PRIVS");
  return {};
}

Result<void> drop_privileges() {
  TRY_VOID(forbid_new_privileges());
  // The bounding set is about what exec may give, which is nothing already; so it does not matter
  // that a process without CAP_SETPCAP has to keep it.
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return refused("ambient set");
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  if (syscall(SYS_capset, &header, none.data()) != 0) return refused("capset");
  return {};
}

}  // namespace almanac
