// What users' code is not to do: each wall without the others.
#include "isolation/walls.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <new>

#include "tests/isolation/walled_child.h"

namespace almanac {
namespace {

class Listener {
 public:
  Listener() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* address = reinterpret_cast<sockaddr*>(&address_);
    CHECK(bind(fd_, address, size) == 0 && listen(fd_, 1) == 0, "a port can be listened to");
    CHECK(getsockname(fd_, address, &size) == 0, "a socket has a name");
  }
  ~Listener() { close(fd_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::string connect() const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return "socket " + outcome_of(fd);
    const auto* address = reinterpret_cast<const sockaddr*>(&address_);
    return "connect " + outcome_of(::connect(fd, address, sizeof address_));
  }

 private:
  int fd_;
  sockaddr_in address_{};
};

TEST(Walls, AServerOfThisMachineCannotBeReached) {
  const Grounds grounds;
  const Listener listener;
  const auto attempt = [&] { return listener.connect(); };
  EXPECT_EQ(behind({Wall::Limits}, grounds.limits, attempt), "connect allowed");
  NEEDS_WALL(Wall::Seccomp);
  EXPECT_EQ(behind({Wall::Seccomp}, grounds.limits, attempt), "socket EPERM");
  if (landlock_version() >= 4) {
    EXPECT_EQ(behind({Wall::Landlock}, grounds.limits, attempt), "connect EACCES");
  }
  NEEDS_WALL(Wall::Network);
  EXPECT_EQ(behind({Wall::Network}, grounds.limits, attempt), "connect ENETUNREACH");
}

TEST(Walls, TheParentCannotBeKilledOrTraced) {
  const Grounds grounds;
  const int parent = getpid();
  const auto attempt = [&] {
    const std::string signal = outcome_of(kill(parent, 0));
    return outcomes({signal, outcome_of(ptrace(PTRACE_SEIZE, parent, nullptr, nullptr))});
  };
  NEEDS_WALL(Wall::Seccomp);
  EXPECT_EQ(behind({Wall::Seccomp}, grounds.limits, attempt), "EPERM EPERM");
  EXPECT_EQ(behind({Wall::Seccomp}, grounds.limits, [] { return outcome_of(kill(0, 0)); }), "EPERM")
      << "the group may be the parent's";
  if (landlock_version() < 6) GTEST_SKIP() << "landlock: no scope of signals";
  EXPECT_EQ(behind({Wall::Landlock}, grounds.limits, attempt), "EPERM EPERM");
}

// Calls that are allowed, with arguments that are not.
TEST(Walls, NothingElseReachesTheParent) {
  const Grounds grounds;
  const int parent = getpid();
  NEEDS_WALL(Wall::Seccomp);
  const auto outcome = behind({Wall::Seccomp}, grounds.limits, [&] {
    int ends[2];
    if (pipe(ends) != 0) return std::string("no pipe");
    cpu_set_t cpus;
    char byte = 'x';
    return outcomes({outcome_of(syscall(SYS_tgkill, parent, parent, 0)),
                     outcome_of(sched_getaffinity(parent, sizeof cpus, &cpus)),
                     outcome_of(sched_setaffinity(parent, sizeof cpus, &cpus)),
                     outcome_of(fcntl(ends[0], F_GETFD)),
                     outcome_of(fcntl(ends[0], F_SETOWN, parent)),
                     outcome_of(ioctl(ends[0], TIOCSTI, &byte))});
  });
  EXPECT_EQ(outcome, "EPERM allowed EPERM allowed EPERM EPERM");
}

TEST(Walls, NoOtherProcessIsMade) {
  const Grounds grounds;
  NEEDS_WALL(Wall::Seccomp);
  EXPECT_EQ(behind({Wall::Seccomp}, grounds.limits,
                   [] {
                     const int child = fork();
                     if (child == 0) _exit(0);
                     return outcomes({outcome_of(child), outcome_of(vfork())});
                   }),
            "EPERM EPERM");
}

TEST(Walls, NoProgramIsExecuted) {
  const Grounds grounds;
  const std::string program = grounds.modules("program");
  std::filesystem::copy_file("/bin/true", program);
  const auto attempt = [&] { return outcome_of(execl(program.c_str(), "program", nullptr)); };
  NEEDS_WALL(Wall::Seccomp);
  EXPECT_EQ(behind({Wall::Seccomp}, grounds.limits, attempt), "EPERM");
  NEEDS_WALL(Wall::Landlock);
  EXPECT_EQ(behind({Wall::Landlock}, grounds.limits, attempt), "EACCES");
}

TEST(Walls, TheSystemIsNotChanged) {
  const Grounds grounds;
  NEEDS_WALL(Wall::Seccomp);
  constexpr std::array kCalls = {SYS_mount,           SYS_umount2,          SYS_pivot_root,
                                 SYS_setns,           SYS_unshare,          SYS_bpf,
                                 SYS_keyctl,          SYS_add_key,          SYS_userfaultfd,
                                 SYS_io_uring_setup,  SYS_perf_event_open,  SYS_pidfd_open,
                                 SYS_pidfd_getfd,     SYS_process_vm_readv, SYS_process_vm_writev,
                                 SYS_memfd_create,    SYS_setuid,           SYS_setsid,
                                 SYS_setpgid,         SYS_chroot,           SYS_execveat,
                                 SYS_setpriority,     SYS_personality,      SYS_truncate,
                                 SYS_fchmod,          SYS_fchown,           SYS_tkill,
                                 SYS_rt_sigqueueinfo, SYS_seccomp,          SYS_socketpair,
                                 SYS_prlimit64};
  const auto outcome = behind({Wall::Seccomp}, grounds.limits, [&] {
    std::string allowed;
    for (const long call : kCalls) {
      const std::string outcome = outcome_of(syscall(call, -1, -1, -1, -1, -1, -1));
      if (outcome != "EPERM") allowed += std::to_string(call) + " " + outcome + ", ";
    }
    return allowed;
  });
  EXPECT_EQ(outcome, "");
}

TEST(Walls, ACallThatIsNewerThanTheListDoesNotExist) {
  const Grounds grounds;
  NEEDS_WALL(Wall::Seccomp);
  EXPECT_EQ(behind({Wall::Seccomp}, grounds.limits, [] { return outcome_of(syscall(460)); }),
            "ENOSYS");
}

TEST(Walls, NoCapabilityIsLeft) {
  const Grounds grounds;
  const std::string path = grounds.outside("locked");
  std::ofstream(path) << "text";
  CHECK(chmod(path.c_str(), 0) == 0, "the mode of an own file can be set");
  const auto outcome = behind({Wall::Privileges}, grounds.limits, [&] {
    std::string none;
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line == "CapEff:\t0000000000000000" || line == "CapPrm:\t0000000000000000" ||
          line == "CapInh:\t0000000000000000" || line == "CapAmb:\t0000000000000000" ||
          line == "NoNewPrivs:\t1") {
        none += line.substr(0, 6) + " ";
      }
    }
    return none + outcome_of(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  });
  EXPECT_EQ(outcome, "CapInh CapPrm CapEff CapAmb NoNewP EACCES");
}

TEST(Walls, TooMuchMemoryIsAnErrorOfTheCalculation) {
  Grounds grounds;
  grounds.limits.memory_bytes = 256u << 20;
  constexpr size_t kLarge = 2ull << 30;
  const auto map = [](int flags) {
    return outcome_of(
        mmap(nullptr, kLarge, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED ? -1 : 0);
  };
  EXPECT_EQ(
      behind({Wall::Limits}, grounds.limits, [&] { return map(MAP_PRIVATE | MAP_ANONYMOUS); }),
      "ENOMEM");
  if (!ALMANAC_SANITIZED) {
    EXPECT_EQ(behind({Wall::Limits}, grounds.limits,
                     [] {
                       ::operator delete(::operator new(100u << 20));
                       try {
                         ::operator delete(::operator new(kLarge));
                         return std::string("allowed");
                       } catch (const std::bad_alloc&) {
                         return std::string("bad_alloc");
                       }
                     }),
              "bad_alloc");
  }
  NEEDS_WALL(Wall::Seccomp);
  EXPECT_EQ(
      behind({Wall::Seccomp}, grounds.limits, [&] { return map(MAP_SHARED | MAP_ANONYMOUS); }),
      "EPERM")
      << "shared memory is not counted";
}

// However large the tables are that the parent hands over.
TEST(Walls, AFileThatIsMappedToBeReadDoesNotCountAsMemory) {
  Grounds grounds;
  grounds.limits.memory_bytes = 64u << 20;
  constexpr off_t kLarge = 1ll << 30;
  const int fd = open(grounds.outside("large").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_EQ(ftruncate(fd, kLarge), 0);
  EXPECT_EQ(
      behind({Wall::Limits}, grounds.limits,
             [&] {
               return outcome_of(
                   mmap(nullptr, kLarge, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0);
             }),
      "allowed");
  close(fd);
}

TEST(Walls, AFileThatIsTooLargeIsAnErrorOfTheWrite) {
  Grounds grounds;
  grounds.limits.file_bytes = 1000;
  const auto outcome = behind({Wall::Limits}, grounds.limits, [&] {
    const int fd = open(grounds.staging("file").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    const std::string text(1000, 'x');
    return outcomes(
        {outcome_of(write(fd, text.data(), text.size())), outcome_of(write(fd, "x", 1))});
  });
  EXPECT_EQ(outcome, "allowed EFBIG");
}

TEST(Walls, TooManyDescriptorsAreAnErrorOfOpen) {
  Grounds grounds;
  grounds.limits.open_files = 40;
  const auto outcome = behind({Wall::Limits}, grounds.limits, [] {
    for (int i = 0; i < 40; ++i) {
      if (dup(0) < 0) return outcome_of(-1);
    }
    return std::string("no limit");
  });
  EXPECT_EQ(outcome, "EMFILE");
}

TEST(Walls, ALimitCannotBeRaisedAgain) {
  Grounds grounds;
  const auto outcome = behind({Wall::Limits, Wall::Privileges}, grounds.limits, [] {
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    return outcome_of(setrlimit(RLIMIT_DATA, &all));
  });
  EXPECT_EQ(outcome, "EPERM");
}

TEST(Walls, NoCoreIsDumped) {
  const Grounds grounds;
  const auto outcome = behind({Wall::Limits}, grounds.limits, [] {
    rlimit core{};
    getrlimit(RLIMIT_CORE, &core);
    return outcomes(
        {std::to_string(core.rlim_max), std::to_string(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0))});
  });
  EXPECT_EQ(outcome, "0 0");
}

TEST(Walls, DescriptorsThatAreNotKeptAreClosed) {
  const int kept = open("/dev/null", O_RDONLY), left = open("/dev/null", O_RDONLY);
  const int child = fork();
  if (child == 0) {
    const bool done = close_descriptors({kept, 0, -1}).ok();
    _exit(done && fcntl(kept, F_GETFD) == 0 && fcntl(left, F_GETFD) < 0 &&
                  fcntl(STDERR_FILENO, F_GETFD) == 0
              ? 0
              : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  close(kept);
  close(left);
}

}  // namespace
}  // namespace almanac
