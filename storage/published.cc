#include "storage/published.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <set>

#include "storage/files.h"

namespace almanac {

namespace {

constexpr size_t kPrefixDigits = 16;  // of the result's hash, in file names
constexpr size_t kIndexDigits = 5;
constexpr std::string_view kEnding = ".parquet";
constexpr std::string_view kDatePrefix = "date=";
constexpr int64_t kDayS = 86'400;
constexpr uint64_t kSecondNs = 1'000'000'000;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text[0] >= 'a' && text[0] <= 'z' &&
         text.find("..") == std::string_view::npos && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
                  c == '-';
         });
}

std::string calculation_path(const std::string& results, const std::string& category,
                             const std::string& calculation) {
  CHECK(is_name(category) && is_name(calculation),
        ("category and calculation are names: " + category + ", " + calculation).c_str());
  return results + '/' + category + '/' + calculation;
}

// Shards sort by name in their order.
std::string shard_name(const ResultRecord& result, size_t index) {
  std::string number = std::to_string(index);
  CHECK(number.size() <= kIndexDigits, "a result has fewer than 100000 shards");
  number.insert(0, kIndexDigits - number.size(), '0');
  return result.hash.hex().substr(0, kPrefixDigits) + '-' + number + std::string(kEnding);
}

std::string folder_name(Date date) {
  return std::string(kDatePrefix) + date.str();
}

// The time of change that a date's folder is given: the date, and in the nanoseconds what it holds.
timespec mark_of(Date date, const ResultRecord& result) {
  return {date.days() * kDayS, static_cast<long>(result.hash.low % kSecondNs)};
}

// Where the system cannot exchange two folders, the old one goes first: for a moment there is none.
int exchange(const std::string& folder, const std::string& target) {
  if (renameat2(AT_FDCWD, folder.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return 0;
  if (errno == ENOENT) return rename(folder.c_str(), target.c_str());
  if (errno != EINVAL && errno != ENOSYS) return -1;
  const std::string old = folder + ".old";
  if (rename(target.c_str(), old.c_str()) != 0 || rename(folder.c_str(), target.c_str()) != 0) {
    return -1;
  }
  return rename(old.c_str(), folder.c_str());
}

// Puts a built folder in the target's place, so that `folder` is then the old one or gone. Returns
// 0 or errno. A withdrawal of a neighbour may remove the parents again between two steps.
Result<int> place(const std::string& folder, const std::string& target) {
  constexpr int kTries = 100;
  for (int tries = 1;; ++tries) {
    if (exchange(folder, target) == 0) return 0;
    if (errno != ENOENT || tries == kTries) return errno;
    std::error_code error;
    std::filesystem::create_directories(parent_of(target), error);
    if (error && error != std::errc::no_such_file_or_directory &&
        error != std::errc::file_exists) {  // a neighbour made or removed it meanwhile
      return file_error("create folder", parent_of(target), error.value());
    }
  }
}

}  // namespace

FilePublished::FilePublished(std::string results_path, Store* store)
    : path_(std::move(results_path)), store_(store) {}

Result<std::string> FilePublished::build_path(bool beside) {
  const std::string folder = store_->stage("publish");
  if (!beside) return folder;
  const std::filesystem::path results(path_);
  const std::string hidden = results.parent_path() / (".publishing-" + results.filename().string());
  Result<void> cleared;
  std::call_once(cleared_, [&] { cleared = remove_tree(hidden); });
  TRY_VOID(std::move(cleared));
  TRY_VOID(make_folders(hidden));
  return hidden + '/' + std::filesystem::path(folder).filename().string();
}

Result<void> FilePublished::build(const std::string& folder, Date date,
                                  const ResultRecord& result) const {
  if (mkdir(folder.c_str(), 0755) != 0) return file_error("create folder", folder, errno);
  for (size_t i = 0; i < result.shards.size(); ++i) {
    const std::string from = store_->path(result.shards[i]);
    const std::string to = folder + '/' + shard_name(result, i);
    if (link(from.c_str(), to.c_str()) == 0) continue;
    if (!no_link(errno)) return file_error("publish", from, errno);
    TRY_VOID(copy_durably(from, to));
  }
  const timespec times[] = {{0, UTIME_OMIT}, mark_of(date, result)};
  if (utimensat(AT_FDCWD, folder.c_str(), times, 0) != 0) {
    return file_error("mark", folder, errno);
  }
  return {};
}

Result<void> FilePublished::publish(const std::string& category, const std::string& calculation,
                                    Date date, const ResultRecord& result) {
  CHECK(!result.shards.empty(), "a result has a shard, even when it has no rows");
  const std::string target =
      calculation_path(path_, category, calculation) + '/' + folder_name(date);
  for (;;) {
    const bool beside = beside_;
    TRY(const std::string folder, build_path(beside));
    Result<void> built = build(folder, date, result);
    Result<int> status = built.ok() ? place(folder, target) : Result<int>(built.error());
    TRY_VOID(remove_tree(folder));
    TRY(const int error, std::move(status));
    if (error == 0) return {};
    if (error == EXDEV && beside) {
      return usage_error("cannot publish " + target + ": it is on another file system than " +
                         path_ + "; link the whole folder of results instead");
    }
    if (error != EXDEV) return place_error("publish", target, error);
    beside_ = true;
  }
}

Result<void> FilePublished::withdraw(const std::string& category, const std::string& calculation,
                                     Date date) {
  const std::string parent = calculation_path(path_, category, calculation);
  const std::string target = parent + '/' + folder_name(date);
  for (;;) {
    const bool beside = beside_;
    TRY(const std::string folder, build_path(beside));
    if (rename(target.c_str(), folder.c_str()) == 0) {
      TRY_VOID(remove_tree(folder));
      break;
    }
    if (errno == ENOENT) break;
    if (errno != EXDEV || beside) return file_error("withdraw", target, errno);
    beside_ = true;
  }
  // Parents that still hold something stay; whoever needs a removed one creates it.
  if (rmdir(parent.c_str()) == 0) (void)rmdir(parent_of(parent).c_str());
  return {};
}

namespace {

class FileFolder final : public Published::Folder {
 public:
  // Invalid: there is none.
  explicit FileFolder(FileHandle folder) : folder_(std::move(folder)) {}
  bool holds(Date date, const ResultRecord& result) const override;

 private:
  FileHandle folder_;
};

}  // namespace

Result<std::unique_ptr<Published::Folder>> FilePublished::folder(
    const std::string& category, const std::string& calculation) const {
  const std::string path = calculation_path(path_, category, calculation);
  FileHandle folder(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() && errno != ENOENT) return file_error("open", path, errno);
  return std::unique_ptr<Folder>(std::make_unique<FileFolder>(std::move(folder)));
}

bool FileFolder::holds(Date date, const ResultRecord& result) const {
  if (!folder_.valid()) return false;
  const std::string name = folder_name(date);
  struct stat status;
  if (fstatat(folder_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
  if (!S_ISDIR(status.st_mode)) return false;
  const timespec mark = mark_of(date, result);
  if (status.st_mtim.tv_sec == mark.tv_sec && status.st_mtim.tv_nsec == mark.tv_nsec) return true;

  const int opened = openat(folder_.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(fdopendir(opened), closedir);
  if (entries == nullptr) return false;
  std::set<std::string> expected{".", ".."};
  for (size_t i = 0; i < result.shards.size(); ++i) expected.insert(shard_name(result, i));
  while (const dirent* entry = readdir(entries.get())) {
    const bool plain = entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN;
    if (entry->d_name[0] != '.' && !plain) return false;
    if (expected.erase(entry->d_name) == 0) return false;
  }
  return expected.empty();
}

}  // namespace almanac
