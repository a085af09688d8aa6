#include "isolation/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "isolation/process_limits.h"

namespace almanac {
namespace {

// What <linux/landlock.h> of older systems lacks, and the version of the ABI that brought it.
constexpr uint64_t kTruncate = 1u << 14;     // 3
constexpr uint64_t kIoctlDevice = 1u << 15;  // 5
constexpr uint64_t kTcp = 3;                 // 4: bind and connect
constexpr uint64_t kScopes = 3;              // 6: abstract Unix sockets and signals

// landlock_ruleset_attr. A kernel that is older takes it as long as what it does not know is zero.
struct Ruleset {
  uint64_t files = 0, network = 0, scopes = 0;
};

constexpr uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
// No links, sockets, pipes or devices: the parent opens what it finds in the folder.
constexpr uint64_t kWrite = kRead | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
                            LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                            LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REFER | kTruncate;
constexpr uint64_t kOfFiles =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate;

// Of the system, with nothing of users or projects in it. What is not there is left out. Nothing
// may be executed; loading a library only reads it.
constexpr const char* kReadable[] = {
    "/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/local/lib", "/usr/share", "/lib", "/lib64",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/etc/ssl/openssl.cnf", "/dev/random",
    "/dev/urandom",
    // How many processors there are, of what kind, and how much memory.
    "/sys/devices/system/cpu", "/sys/devices/system/node", "/proc/cpuinfo", "/proc/meminfo"};

Error refused(const std::string& what) {
  return usage_error(what + ": " + std::strerror(errno));
}

uint64_t handled_files(long version) {
  uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  if (version >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) rights |= kTruncate;
  if (version >= 5) rights |= kIoctlDevice;
  return rights;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<void> allow(int ruleset, int fd, const std::string& path, uint64_t rights) {
  struct stat status{};
  if (fstat(fd, &status) != 0) return refused(path);
  landlock_path_beneath_attr rule{};
  rule.parent_fd = fd;
  rule.allowed_access = S_ISDIR(status.st_mode) ? rights : rights & kOfFiles;
  if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
    return refused("rule for " + path);
  }
  return {};
}

Result<void> allow(int ruleset, const std::string& path, uint64_t rights, bool optional = false) {
  const Descriptor file(open(path.c_str(), O_PATH | O_CLOEXEC));
  if (file.get() < 0 && optional) return {};
  if (file.get() < 0) return refused(path);
  return allow(ruleset, file.get(), path, rights);
}

}  // namespace

Result<void> confine_files(const WallLimits& limits, bool own_tmp) {
  const long version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return refused("not in this kernel (5.13 or later, lsm=landlock)");
  Ruleset handled;
  handled.files = handled_files(version);
  if (version >= 4) handled.network = kTcp;
  if (version >= 6) handled.scopes = kScopes;
  const Descriptor ruleset(
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0)));
  if (ruleset.get() < 0) return refused("ruleset");

  for (const char* path : kReadable) TRY_VOID(allow(ruleset.get(), path, kRead, true));
  for (const std::string& path : limits.readable) TRY_VOID(allow(ruleset.get(), path, kRead));
  const uint64_t write = kWrite & handled.files;
  TRY_VOID(allow(ruleset.get(), "/dev/null", write));
  TRY_VOID(allow(ruleset.get(), limits.writable, write));
  if (own_tmp) TRY_VOID(allow(ruleset.get(), "/tmp", write));
  // The rule is for this inode, and /proc makes new ones for what nobody holds: it stays open.
  const int own = open("/proc/self", O_PATH | O_CLOEXEC);
  if (own < 0) return refused("/proc/self");
  TRY_VOID(allow(ruleset.get(), own, "/proc/self", kRead));

  TRY_VOID(forbid_new_privileges());
  if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) return refused("restrict_self");
  return {};
}

}  // namespace almanac
