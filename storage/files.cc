#include "storage/files.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace almanac {

namespace {

Result<void> sync_result(int status, const std::string& path) {
  if (status == 0) return {};
  if (errno == ENOSPC || errno == EDQUOT) return file_error("sync", path, errno);
  CHECK(false, ("sync of " + path + " failed: " + std::generic_category().message(errno) +
                "; what the disk holds is unknown")
                   .c_str());
}

}  // namespace

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) close(descriptor_);
}

Error file_error(const std::string& doing, const std::string& path, int error) {
  if (error == ENOSPC || error == EDQUOT) {
    return temporary_error("cannot " + doing + " " + path +
                           ": disk full; free space and run again");
  }
  const std::string text =
      "cannot " + doing + " " + path + ": " + std::generic_category().message(error);
  if (error == EROFS || error == EACCES || error == EPERM || error == ENOTDIR) {
    return usage_error(text + "; make sure that you may read and write there");
  }
  if (error == EIO) return temporary_error(text + "; check the disk and try again");
  return internal_error(text);
}

Error place_error(const std::string& doing, const std::string& path, int error) {
  if (error == ENOENT || error == EISDIR || error == EINVAL || error == ENAMETOOLONG) {
    return usage_error("cannot " + doing + " " + path + ": " +
                       std::generic_category().message(error) + "; name another place");
  }
  return file_error(doing, path, error);
}

bool no_link(int error) {
  return error == EXDEV || error == EPERM || error == EMLINK || error == EOPNOTSUPP ||
         error == ENOSYS;
}

Result<FileHandle> open_for_reading(const std::string& path) {
  FileHandle file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) return file_error("open", path, errno);
  return file;
}

Result<void> make_folders(const std::string& path) {
  if (mkdir(path.c_str(), 0755) == 0) return sync_folder(parent_of(path));
  if (errno == EEXIST) return {};
  if (errno != ENOENT) return file_error("create folder", path, errno);
  TRY_VOID(make_folders(parent_of(path)));
  if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
    return place_error("create folder", path, errno);
  }
  return sync_folder(parent_of(path));
}

Result<void> sync_folder(const std::string& path) {
  FileHandle folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return file_error("open folder", path, errno);
  return sync_result(fsync(folder.get()), path);
}

Result<void> sync_data(const FileHandle& file, const std::string& path) {
  return sync_result(fdatasync(file.get()), path);
}

Result<void> write_durably(const std::string& path, std::string_view content) {
  const FileHandle file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file.valid()) return file_error("write", path, errno);
  while (!content.empty()) {
    const ssize_t written = write(file.get(), content.data(), content.size());
    if (written < 0 && errno != EINTR) return file_error("write", path, errno);
    if (written > 0) content.remove_prefix(static_cast<size_t>(written));
  }
  return sync_data(file, path);
}

Result<void> copy_durably(const std::string& from, const std::string& to) {
  TRY(const FileHandle source, open_for_reading(from));
  const FileHandle copy(
      open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!copy.valid()) return file_error("create", to, errno);
  constexpr size_t kChunkBytes = 1 << 30;
  for (;;) {
    const ssize_t sent = sendfile(copy.get(), source.get(), nullptr, kChunkBytes);
    if (sent == 0) return sync_data(copy, to);
    if (sent < 0 && errno != EINTR) return file_error("write", to, errno);
  }
}

Result<void> remove_tree(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return file_error("remove", path, error.value());
  return {};
}

Result<std::vector<std::string>> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    names.push_back(entry->path().filename());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return file_error("list", folder, error.value());
  }
  return names;
}

std::string parent_of(const std::string& path) {
  size_t end = path.find_last_not_of('/');
  end = end == std::string::npos ? end : path.rfind('/', end);
  if (end == std::string::npos) return path.starts_with('/') ? "/" : ".";
  return end == 0 ? "/" : path.substr(0, end);
}

const char* network_file_system(int64_t type) {
  switch (type & 0xffffffff) {
    case 0x6969:
      return "NFS";
    case 0x517b:
    case 0xfe534d42:
      return "SMB";
    case 0xff534d42:
      return "CIFS";
    case 0x5346414f:
      return "AFS";
    default:
      return nullptr;
  }
}

}  // namespace almanac
