#include "storage/store.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <unordered_set>

#include "storage/files.h"
#include "storage/sha256.h"

namespace almanac {

namespace {

// The name of a blob in its folder.
std::string file_of(const Blob& blob) {
  return blob.sha256 + (blob.code ? ".code" : ".parquet");
}

std::string folder_of(const std::string& store, const Blob& blob) {
  CHECK(is_sha256(blob.sha256), "a blob is named by 64 lower-case hex digits");
  return store + "/blobs/" + blob.sha256.substr(0, 2);
}

void start_writing(const std::string& path) {
  const auto file = open_for_reading(path);
  if (file.ok())
    sync_file_range(file->get(), 0, 0, SYNC_FILE_RANGE_WRITE);  // settle() tells errors
}

Result<void> drop(const std::string& staged) {
  if (unlink(staged.c_str()) != 0) return file_error("remove", staged, errno);
  return {};
}

// Moves a settled file over what is there. Staging may be on another file system by a link or a
// mount: then a copy in the target's folder takes its place.
Result<void> replace(const std::string& staged, const std::string& target) {
  if (rename(staged.c_str(), target.c_str()) == 0) return {};
  if (errno != EXDEV) return file_error("move to the store", staged, errno);
  const std::string copy = target + ".new";  // one that a killed process left is not whole
  if (unlink(copy.c_str()) != 0 && errno != ENOENT) return file_error("remove", copy, errno);
  TRY_VOID(copy_durably(staged, copy));
  if (chmod(copy.c_str(), 0444) != 0) return file_error("make read-only", copy, errno);
  if (rename(copy.c_str(), target.c_str()) != 0) {
    return file_error("move to the store", copy, errno);
  }
  return drop(staged);
}

// Makes the bytes of a staged file durable and read-only; its age counts from now.
Result<void> settle(const StagedFile& staged) {
  TRY(const FileHandle file, open_for_reading(staged.path));
  struct stat status;
  if (fstat(file.get(), &status) != 0) return file_error("look at", staged.path, errno);
  if (!S_ISREG(status.st_mode) || static_cast<uint64_t>(status.st_size) != staged.blob.bytes) {
    return internal_error("the staged file " + staged.path + " has " +
                          std::to_string(status.st_size) + " bytes, expected " +
                          std::to_string(staged.blob.bytes) + "; run again");
  }
  if (fchmod(file.get(), status.st_mode & 0444) != 0 || futimens(file.get(), nullptr) != 0) {
    return file_error("make read-only", staged.path, errno);
  }
  return sync_data(file, staged.path);
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::string& path, bool create) {
  if (create) {
    for (const char* name : {"/blobs", "/staging"}) {
      const std::string folder = path + name;
      TRY_VOID(make_folders(folder));
      if (access(folder.c_str(), W_OK | X_OK) != 0) return file_error("write to", folder, errno);
    }
  }
  auto store = std::unique_ptr<Store>(new Store(path));
  store->blobs_ = FileHandle(::open((path + "/blobs").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return store;
}

std::string Store::stage(const std::string& name) {
  CHECK(name.find('/') == std::string::npos, "a staged file lies in staging itself");
  static std::atomic<uint64_t> count = 0;
  return path_ + "/staging/" + std::to_string(getpid()) + "-" + std::to_string(count++) + "-" +
         name;
}

void Store::sweep() {
  const std::string staging = path_ + "/staging";
  const auto names = names_in(staging);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    const long owner = std::atol(name.c_str());  // stage() puts it first
    const bool gone = owner > 0 && kill(static_cast<pid_t>(owner), 0) != 0 && errno == ESRCH;
    if (gone) (void)remove_tree(staging + "/" + name);  // what stays is left to collect()
  }
}

Result<void> Store::keep(const std::vector<StagedFile>& files) {
  for (const StagedFile& file : files) {
    if (!is_sha256(file.blob.sha256)) {
      return internal_error("the staged file " + file.path + " is named \"" + file.blob.sha256 +
                            "\", expected its SHA-256 as 64 lower-case hex digits");
    }
  }
  // All writes under way first: the disk then serves the many syncs together.
  for (const StagedFile& file : files) start_writing(file.path);
  for (const StagedFile& file : files) TRY_VOID(settle(file));
  // Bytes first, then names: after a power loss a name never leads to missing bytes.
  std::set<std::string> folders;
  for (const StagedFile& file : files) {
    TRY_VOID(keep_one(file));
    folders.insert(folder_of(path_, file.blob));
  }
  for (const std::string& folder : folders) TRY_VOID(sync_folder(folder));
  return {};
}

Result<void> Store::keep_one(const StagedFile& file) {
  const std::string target = path(file.blob);
  int status = link(file.path.c_str(), target.c_str());
  if (status != 0 && errno != EEXIST) {  // where links are refused, nobody says that it is missing
    TRY_VOID(make_folders(parent_of(target)));
    status = link(file.path.c_str(), target.c_str());
  }
  if (status == 0) return drop(file.path);
  if (errno != EEXIST && !no_link(errno)) return file_error("create", target, errno);
  // Young again before it is relied on, so that a collection passes it by.
  if (utimensat(AT_FDCWD, target.c_str(), nullptr, AT_SYMLINK_NOFOLLOW) == 0) {
    if (verify(file.blob).ok()) return drop(file.path);
  } else if (errno != ENOENT) {
    return file_error("touch", target, errno);
  }
  return replace(file.path, target);
}

bool Store::has(const Blob& blob) const {
  if (!blobs_.valid() || !is_sha256(blob.sha256)) return false;
  const std::string name = blob.sha256.substr(0, 2) + '/' + file_of(blob);
  struct stat status;
  return fstatat(blobs_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISREG(status.st_mode) && static_cast<uint64_t>(status.st_size) == blob.bytes;
}

std::string Store::path(const Blob& blob) const {
  return folder_of(path_, blob) + '/' + file_of(blob);
}

Result<void> Store::verify(const Blob& blob) const {
  const std::string name = path(blob);
  const auto digest = digest_file(name);
  if (!digest.ok())
    // What is there but cannot be read just now is not damaged.
    return Error{has(blob) ? Error::Kind::Temporary : Error::Kind::Data,
                 "the stored result cannot be read: " + digest.error().message};
  if (digest->bytes == blob.bytes && digest->sha256 == blob.sha256) return {};
  return data_error("the stored result " + name + " is damaged: expected " +
                    std::to_string(blob.bytes) + " bytes with SHA-256 " + blob.sha256 + ", found " +
                    std::to_string(digest->bytes) + " bytes with " + digest->sha256 +
                    "; run again to compute it anew");
}

Result<void> Store::check(const Blob& blob) {
  auto sound = verify(blob);
  if (!sound.ok() && sound.error().kind == Error::Kind::Data && has(blob)) {
    TRY_VOID(quarantine(blob));
  }
  return sound;
}

Result<void> Store::quarantine(const Blob& blob) {
  const std::string folder = path_ + "/quarantine", from = path(blob);
  TRY_VOID(make_folders(folder));
  const std::string to = folder + '/' + file_of(blob);
  if (rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) {
    return file_error("move to quarantine", from, errno);
  }
  if (utimensat(AT_FDCWD, to.c_str(), nullptr, AT_SYMLINK_NOFOLLOW) != 0 && errno != ENOENT) {
    return file_error("touch", to, errno);
  }
  return {};
}

namespace {

// Size of a file, or of the files in a folder, when it is older than `newest_s`; else nothing.
class Collection {
 public:
  Collection(int64_t newest_s, bool dry) : newest_s_(newest_s), dry_(dry) {}

  Result<void> take_if_old(const std::filesystem::path& path) {
    struct stat status;
    if (lstat(path.c_str(), &status) != 0) {
      if (errno == ENOENT) return {};  // its owner was faster
      return file_error("look at", path, errno);
    }
    if (status.st_mtim.tv_sec > newest_s_) return {};
    if (!S_ISDIR(status.st_mode)) {
      ++garbage_.files;
      garbage_.bytes += static_cast<uint64_t>(status.st_size);
    }
    return dry_ ? Result<void>() : remove_tree(path);
  }

  const Store::Garbage& garbage() const { return garbage_; }

 private:
  const int64_t newest_s_;
  const bool dry_;
  Store::Garbage garbage_;
};

// Calls `each` with every entry of a folder; a missing folder has none.
template <class Each>
Result<void> for_entries(const std::string& folder, Each each) {
  TRY(const auto names, names_in(folder));
  for (const std::string& name : names) TRY_VOID(each(std::filesystem::path(folder) / name));
  return {};
}

}  // namespace

Result<Store::Garbage> Store::collect(const std::vector<Blob>& live, int64_t min_age_s, bool dry) {
  std::unordered_set<std::string> names;
  for (const Blob& blob : live) names.insert(file_of(blob));
  Collection collection(time(nullptr) - min_age_s, dry);
  TRY_VOID(for_entries(path_ + "/blobs", [&](const std::filesystem::path& folder) {
    return for_entries(folder, [&](const std::filesystem::path& file) -> Result<void> {
      return names.contains(file.filename()) ? Result<void>() : collection.take_if_old(file);
    });
  }));
  for (const char* folder : {"/staging", "/quarantine"}) {
    TRY_VOID(for_entries(path_ + folder, [&](const std::filesystem::path& path) {
      return collection.take_if_old(path);
    }));
  }
  return collection.garbage();
}

}  // namespace almanac
