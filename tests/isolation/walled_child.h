// A process that raises walls and then tries something.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "isolation/walls.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ALMANAC_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ALMANAC_SANITIZED 1
#endif
#endif
#ifndef ALMANAC_SANITIZED
#define ALMANAC_SANITIZED 0
#endif

namespace almanac {

// "allowed", or the name of the error of a call that failed.
inline std::string outcome_of(long result) {
  return result < 0 ? strerrorname_np(errno) : "allowed";
}

// Of several calls, in their order, which is that of a list in braces.
inline std::string outcomes(std::initializer_list<std::string> each) {
  std::string text;
  for (const std::string& outcome : each) text += (text.empty() ? "" : " ") + outcome;
  return text;
}

class WalledChild {
 public:
  using Attempt = std::function<std::string()>;

  // `before` is done before the walls stand. The child is up when this returns.
  WalledChild(const std::vector<Wall>& walls, const WallLimits& limits, const Attempt& attempt,
              const std::function<void()>& before = {}) {
    int ends[2];
    CHECK(pipe2(ends, O_CLOEXEC) == 0, "a pipe can be made");
    pid_ = fork();
    CHECK(pid_ >= 0, "a process can be made");
    if (pid_ == 0) {
      if (before) before();
      const auto raised = raise_walls(Sandbox::Strict, limits, walls);
      say(ends[1], raised ? "\n" : raised.error().message);
      if (raised) say(ends[1], attempt());
      _exit(0);
    }
    close(ends[1]);
    from_child_ = ends[0];
    char up = 0;
    if (read(from_child_, &up, 1) == 1 && up != '\n') said_ = up;
  }
  ~WalledChild() {
    if (pid_ > 0) kill(pid_, SIGKILL);
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
    close(from_child_);
  }
  WalledChild(const WalledChild&) = delete;
  WalledChild& operator=(const WalledChild&) = delete;

  int pid() const { return pid_; }

  // What the attempt said, why the walls do not stand, or the signal that ended it.
  std::string result() {
    char buffer[4096];
    for (ssize_t size; (size = read(from_child_, buffer, sizeof buffer)) > 0;) {
      said_.append(buffer, static_cast<size_t>(size));
    }
    int status = 0;
    CHECK(waitpid(pid_, &status, 0) == pid_, "the child can be waited for");
    pid_ = -1;
    return WIFSIGNALED(status) ? std::string("signal ") + sigabbrev_np(WTERMSIG(status)) : said_;
  }

 private:
  static void say(int fd, const std::string& text) {
    CHECK(write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "a full pipe");
  }

  int pid_;
  int from_child_;
  std::string said_;
};

inline std::string behind(const std::vector<Wall>& walls, const WallLimits& limits,
                          const WalledChild::Attempt& attempt,
                          const std::function<void()>& before = {}) {
  return WalledChild(walls, limits, attempt, before).result();
}

// A folder with staging/ and modules/, and limits that are about them.
class Grounds {
 public:
  explicit Grounds(const std::string& parent = std::filesystem::temp_directory_path()) {
    std::string path = parent + "/almanac-walls-XXXXXX";
    CHECK(mkdtemp(path.data()) != nullptr, path.c_str());
    path_ = path;
    limits.writable = path + "/staging";
    limits.readable = {path + "/modules"};
    std::filesystem::create_directory(limits.writable);
    std::filesystem::create_directory(limits.readable[0]);
    std::ofstream(modules("table")) << "rows";
    std::ofstream(outside("secret")) << "secret";
  }
  ~Grounds() {
    std::error_code ignored;  // what is left in the temporary folder harms nobody
    std::filesystem::remove_all(path_, ignored);
  }
  Grounds(const Grounds&) = delete;
  Grounds& operator=(const Grounds&) = delete;

  std::string staging(const std::string& name) const { return path_ / "staging" / name; }
  std::string modules(const std::string& name) const { return path_ / "modules" / name; }
  std::string outside(const std::string& name) const { return path_ / name; }

  WallLimits limits;

 private:
  std::filesystem::path path_;
};

// Why this system cannot have a wall, found without raising it; empty if it can.
inline std::string lacking(Wall wall) {
  if (wall == Wall::Landlock && syscall(SYS_landlock_create_ruleset, nullptr, 0, 1) < 1) {
    return std::string("landlock: ") + strerrorname_np(errno);
  }
  if (wall == Wall::Seccomp && prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0) return "seccomp";
  if (wall == Wall::Network || wall == Wall::Files) {
    const int child = fork();
    if (child == 0) _exit(unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET) == 0 ? 0 : 1);
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) return "user, mount and network namespaces are refused";
  }
  return "";
}

inline int landlock_version() {
  return static_cast<int>(syscall(SYS_landlock_create_ruleset, nullptr, 0, 1));
}

}  // namespace almanac

// Ends a test of a wall that this system cannot have.
#define NEEDS_WALL(wall) \
  if (const std::string reason = ::almanac::lacking(wall); !reason.empty()) GTEST_SKIP() << reason
