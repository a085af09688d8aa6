#include "isolation/namespaces.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

namespace almanac {
namespace {

namespace fs = std::filesystem;

Error refused(const std::string& what) {
  return usage_error(what + ": " + std::strerror(errno));
}

Result<void> write_text(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const bool written = fd >= 0 && write(fd, text.data(), text.size()) == ssize_t(text.size());
  const Error error = refused(path);
  if (fd >= 0) close(fd);
  if (!written) return error;
  return {};
}

// Gives the right to make the other namespaces, and to nothing outside. User and group keep their
// numbers, so that files made here belong to who started this. Returns why it is refused, or "".
Result<std::string> enter_user_namespace() {
  const std::string user = std::to_string(geteuid()), group = std::to_string(getegid());
  if (unshare(CLONE_NEWUSER) != 0) {
    const std::string reason = std::strerror(errno);
    return "; user namespace: " + reason +
           " (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, "
           "kernel.apparmor_restrict_unprivileged_userns)";
  }
  TRY_VOID(write_text("/proc/self/setgroups", "deny"));
  TRY_VOID(write_text("/proc/self/uid_map", user + " " + user + " 1"));
  TRY_VOID(write_text("/proc/self/gid_map", group + " " + group + " 1"));
  return std::string();
}

// Where user namespaces are refused, a privileged process can still make the others.
Result<void> leave(int namespaces, const std::string& what) {
  static const Result<std::string> refusal = enter_user_namespace();
  if (!refusal) return refusal.error();
  if (unshare(namespaces) == 0) return {};
  return usage_error(what + ": " + std::strerror(errno) + *refusal);
}

Result<void> set_attributes(const std::string& path, unsigned flags, uint64_t set,
                            uint64_t clear = 0) {
  mount_attr attributes{};
  attributes.attr_set = set;
  attributes.attr_clr = clear;
  if (mount_setattr(AT_FDCWD, path.c_str(), flags, &attributes, sizeof attributes) != 0) {
    return refused("mount attributes of " + path);
  }
  return {};
}

// A path with all that is mounted below it, to be attached elsewhere or again.
class Tree {
 public:
  static Result<Tree> of(const std::string& path) {
    Tree tree(path, open_tree(AT_FDCWD, path.c_str(),
                              OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | unsigned(AT_RECURSIVE)));
    if (tree.fd_ < 0) return refused("open_tree of " + path);
    return tree;
  }
  Tree(Tree&& other) noexcept
      : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), folder_(other.folder_) {}
  Tree& operator=(Tree&&) = delete;
  ~Tree() {
    if (fd_ >= 0) close(fd_);
  }

  // At the same path, which is made where it does not exist.
  Result<void> attach() const {
    std::error_code error;
    fs::create_directories(folder_ ? fs::path(path_) : fs::path(path_).parent_path(), error);
    if (error) return usage_error("folder " + path_ + ": " + error.message());
    if (!folder_ && !fs::exists(path_, error)) std::ofstream(path_).flush();
    if (move_mount(fd_, "", AT_FDCWD, path_.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0) {
      return refused("mount " + path_);
    }
    return {};
  }

 private:
  Tree(std::string path, int fd)
      : path_(std::move(path)), fd_(fd), folder_(fs::is_directory(path_)) {}

  std::string path_;
  int fd_;
  bool folder_;
};

Result<void> fill_and_lock(const std::vector<Tree>& trees, const std::string& tmp,
                           const std::string& writable) {
  for (const Tree& tree : trees) TRY_VOID(tree.attach());
  TRY_VOID(set_attributes("/", AT_RECURSIVE, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID));
  TRY_VOID(set_attributes(tmp, 0, 0, MOUNT_ATTR_RDONLY));
  return set_attributes(writable, 0, MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, MOUNT_ATTR_RDONLY);
}

}  // namespace

Result<void> leave_network() {
  return leave(CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS, "network namespace");
}

Result<void> make_files_read_only(const WallLimits& limits) {
  TRY_VOID(leave(CLONE_NEWNS, "mount namespace"));
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return refused("private mounts");
  }
  // What lies under /tmp and is needed is hidden by the own /tmp, and attached in it again. A set,
  // so that folders come before what is in them.
  std::error_code error;
  const std::string tmp = fs::canonical("/tmp", error).string();
  if (error) return usage_error("/tmp: " + error.message());
  std::set<std::string> paths = {limits.writable};
  for (const std::string& path : limits.readable) {
    if (path.starts_with(tmp + "/")) paths.insert(path);
  }
  std::vector<Tree> trees;
  for (const std::string& path : paths) {
    TRY(Tree tree, Tree::of(path));
    trees.push_back(std::move(tree));
  }
  const std::string options =
      "size=" + std::to_string(kPrivateTmpBytes) + ",nr_inodes=16384,mode=0700";
  if (mount("tmpfs", tmp.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options.c_str()) !=
      0) {
    return refused("own /tmp");
  }
  auto locked = fill_and_lock(trees, tmp, limits.writable);
  if (!locked) {
    umount2(tmp.c_str(), MNT_DETACH);
    return locked;
  }
  // The folder from before lies on a mount that is hidden or read-only now.
  if (chdir("/") != 0) return refused("chdir /");
  return {};
}

}  // namespace almanac
