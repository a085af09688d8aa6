#include "isolation/system_calls.h"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <vector>

#include "isolation/process_limits.h"

namespace almanac {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "system_calls.cc: list the calls of this architecture"
#endif
constexpr uint32_t kNewestKnown = 450;  // set_mempolicy_home_node, Linux 5.17

// What numerical code, Arrow, the C and C++ libraries and threads use. Not in it, on purpose:
// - anything that makes a process, a socket, a namespace or a mount, or looks into another process
// - links, pipes with names and devices: the parent opens what it finds in the writable folder
// - modes, owners, times and extended attributes: fchmod also works on a descriptor that is open
//   for reading, such as those that the parent sends
// - truncate by path, which landlock knows only from Linux 6.2 on (ftruncate is allowed)
// - memfd_create, io_uring, userfaultfd: memory that no limit counts, and calls past this filter
// - setpgid and setsid: the parent may kill the group
// clang-format off
constexpr uint32_t kAllowed[] = {
    // memory
    __NR_brk, __NR_munmap, __NR_mremap, __NR_mprotect, __NR_madvise, __NR_mincore, __NR_msync,
    __NR_mlock, __NR_mlock2, __NR_munlock, __NR_membarrier, __NR_mbind, __NR_get_mempolicy,
    __NR_set_mempolicy,
    // files
    __NR_openat, __NR_close, __NR_close_range, __NR_read, __NR_write, __NR_readv, __NR_writev,
    __NR_pread64, __NR_pwrite64, __NR_preadv, __NR_pwritev, __NR_preadv2, __NR_pwritev2,
    __NR_lseek, __NR_fstat, __NR_newfstatat, __NR_statx, __NR_statfs, __NR_fstatfs,
    __NR_faccessat, __NR_faccessat2, __NR_readlinkat, __NR_getdents64, __NR_getcwd, __NR_chdir,
    __NR_fchdir, __NR_mkdirat, __NR_unlinkat, __NR_renameat, __NR_renameat2, __NR_ftruncate,
    __NR_fallocate, __NR_fsync, __NR_fdatasync, __NR_sync_file_range, __NR_fadvise64,
    __NR_readahead, __NR_copy_file_range, __NR_sendfile, __NR_flock, __NR_umask,
    // descriptors
    __NR_dup, __NR_dup3, __NR_pipe2, __NR_eventfd2, __NR_ppoll, __NR_pselect6,
    __NR_epoll_create1, __NR_epoll_ctl, __NR_epoll_pwait, __NR_epoll_pwait2,
    // the socket to the parent
    __NR_sendto, __NR_recvfrom, __NR_sendmsg, __NR_recvmsg, __NR_shutdown, __NR_getsockopt,
    __NR_getsockname, __NR_getpeername,
    // threads
    __NR_futex, __NR_futex_waitv, __NR_set_robust_list, __NR_get_robust_list, __NR_rseq,
    __NR_set_tid_address, __NR_gettid, __NR_sched_yield, __NR_sched_getaffinity,
    __NR_sched_getparam, __NR_sched_getscheduler, __NR_sched_get_priority_max,
    __NR_sched_get_priority_min, __NR_getcpu, __NR_exit, __NR_exit_group, __NR_restart_syscall,
    // signals
    __NR_rt_sigaction, __NR_rt_sigprocmask, __NR_rt_sigreturn, __NR_rt_sigpending,
    __NR_rt_sigtimedwait, __NR_rt_sigsuspend, __NR_sigaltstack, __NR_signalfd4,
    // time
    __NR_clock_gettime, __NR_clock_getres, __NR_clock_nanosleep, __NR_nanosleep,
    __NR_gettimeofday, __NR_times, __NR_setitimer, __NR_getitimer, __NR_timer_create,
    __NR_timer_settime, __NR_timer_gettime, __NR_timer_getoverrun, __NR_timer_delete,
    __NR_timerfd_create, __NR_timerfd_settime, __NR_timerfd_gettime,
    // what this process is
    __NR_getpid, __NR_getppid, __NR_getpgid, __NR_getsid, __NR_getuid, __NR_geteuid, __NR_getgid,
    __NR_getegid, __NR_getresuid, __NR_getresgid, __NR_getgroups, __NR_getpriority,
    __NR_getrusage, __NR_uname, __NR_sysinfo, __NR_getrandom,
#if defined(__x86_64__)
    // older forms, which newer architectures lack
    __NR_open, __NR_creat, __NR_stat, __NR_lstat, __NR_access, __NR_readlink, __NR_getdents,
    __NR_mkdir, __NR_rmdir, __NR_unlink, __NR_rename, __NR_dup2, __NR_pipe, __NR_eventfd,
    __NR_poll, __NR_select, __NR_epoll_create, __NR_epoll_wait, __NR_signalfd, __NR_getpgrp,
    __NR_getrlimit, __NR_time, __NR_alarm, __NR_pause, __NR_arch_prctl,
#endif
};
// clang-format on

// One of `values` is what an argument is, in the bits of `mask`.
struct Condition {
  size_t argument;  // from 0
  std::vector<uint32_t> values;
  uint32_t mask = ~0u;
  bool high = false;  // the upper 32 bits
};

// Instructions of the classic BPF machine of seccomp(2). Every block answers or leaves the number
// of the call in the accumulator to the next.
class Filter {
 public:
  Filter() {
    load(offsetof(seccomp_data, arch));
    jump(BPF_JEQ, kArchitecture, 1, 0);
    answer(SECCOMP_RET_KILL_PROCESS);  // numbers mean other calls, as those of 32 bits
    load(offsetof(seccomp_data, nr));
    // Of what glibc does not know either, it must hear that there is no such call, and not that it
    // is forbidden, to take an older one. So are the calls of the x32 ABI, which have a high bit.
    jump(BPF_JGT, kNewestKnown, 0, 1);
    answer(SECCOMP_RET_ERRNO | ENOSYS);
  }

  void call(uint32_t number, uint32_t then) {
    jump(BPF_JEQ, number, 0, 1);
    answer(then);
  }

  void allow_if(uint32_t number, const std::vector<Condition>& conditions) {
    const size_t start = code_.size();
    jump(BPF_JEQ, number, 0, 0);
    for (const Condition& condition : conditions) {
      load(offsetof(seccomp_data, args) + 8 * condition.argument + (condition.high ? 4 : 0));
      code_.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, condition.mask));
      for (size_t left = condition.values.size(); const uint32_t value : condition.values) {
        jump(BPF_JEQ, value, left--, 0);
      }
      answer(SECCOMP_RET_ERRNO | EPERM);
    }
    answer(SECCOMP_RET_ALLOW);
    code_[start].jf = static_cast<uint8_t>(code_.size() - start - 1);
  }

  Result<void> install() {
    answer(SECCOMP_RET_ERRNO | EPERM);
    sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
      return usage_error(std::string("seccomp: ") + std::strerror(errno));
    }
    return {};
  }

 private:
  void load(size_t offset) {
    code_.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)));
  }
  void jump(uint16_t test, uint32_t value, size_t if_true, size_t if_false) {
    code_.push_back(BPF_JUMP(static_cast<uint16_t>(BPF_JMP | test | BPF_K), value,
                             static_cast<uint8_t>(if_true), static_cast<uint8_t>(if_false)));
  }
  void answer(uint32_t action) { code_.push_back(BPF_STMT(BPF_RET | BPF_K, action)); }

  std::vector<sock_filter> code_;
};

constexpr uint32_t kNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
constexpr uint32_t kSetAnonymousName = 0x53564d41;  // PR_SET_VMA, of glibc from 2.37 on

}  // namespace

Result<void> filter_system_calls() {
  const auto self = static_cast<uint32_t>(getpid());
  Filter filter;
  for (const uint32_t number : kAllowed) filter.call(number, SECCOMP_RET_ALLOW);
  // Its flags are in memory, which a filter cannot see; glibc falls back to clone.
  filter.call(__NR_clone3, SECCOMP_RET_ERRNO | ENOSYS);
  filter.allow_if(__NR_clone, {{0, {CLONE_THREAD}, CLONE_THREAD | kNamespaces}});
  // Memory that is shared and of no file would not be counted by RLIMIT_DATA.
  filter.allow_if(__NR_mmap, {{3, {0, MAP_SHARED, MAP_ANONYMOUS}, MAP_SHARED | MAP_ANONYMOUS}});
  // abort() and raise(), but not to another process.
  filter.allow_if(__NR_kill, {{0, {self}}});
  filter.allow_if(__NR_tgkill, {{0, {self}}});
  filter.allow_if(__NR_sched_setaffinity, {{0, {0, self}}});
  // To read a limit, not to set one: the soft limit of time is the parent's to move.
  filter.allow_if(__NR_prlimit64, {{0, {0, self}}, {2, {0}}, {2, {0}, ~0u, true}});
  // No F_SETOWN or FIOASYNC, which send signals; no leases and seals; no TIOCSTI to a terminal.
  filter.allow_if(__NR_fcntl,
                  {{1,
                    {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK,
                     F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW}}});
  filter.allow_if(__NR_ioctl, {{1, {TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX}}});
  // No PR_SET_PDEATHSIG: the process dies with its parent.
  filter.allow_if(__NR_prctl, {{0,
                                {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_GET_PDEATHSIG,
                                 PR_GET_NO_NEW_PRIVS, PR_CAPBSET_READ, kSetAnonymousName}}});
  TRY_VOID(forbid_new_privileges());
  return filter.install();
}

}  // namespace almanac
