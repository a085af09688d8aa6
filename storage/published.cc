#include "storage/published.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>

#include "storage/files.h"

namespace almanac {

namespace {

constexpr size_t kPrefixDigits = 16;  // of the result's hash, in file names
constexpr size_t kIndexDigits = 5;
constexpr std::string_view kEnding = ".parquet";
constexpr std::string_view kDatePrefix = "date=";

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

Published::Published(std::string results_path, Store* store)
    : path_(std::move(results_path)), store_(store) {}

std::string Published::generation(const ResultRecord& result) {
  return result.hash.hex().substr(0, kPrefixDigits) + '-' + std::to_string(result.shards.size());
}

Result<std::string> Published::build_path(bool beside) {
  const std::string folder = store_->stage("publish");
  if (!beside) return folder;
  const std::filesystem::path results(path_);
  const std::string hidden = results.parent_path() / (".publishing-" + results.filename().string());
  Result<void> cleared;
  std::call_once(cleared_, [&] { cleared = remove_tree(hidden); });
  TRY_VOID(cleared);
  TRY_VOID(make_folders(hidden));
  return hidden + '/' + std::filesystem::path(folder).filename().string();
}

Result<void> Published::build(const std::string& folder, const ResultRecord& result) const {
  if (mkdir(folder.c_str(), 0755) != 0) return file_error("create folder", folder, errno);
  for (size_t i = 0; i < result.shards.size(); ++i) {
    const std::string from = store_->path(result.shards[i]);
    const std::string to = folder + '/' + shard_name(result, i);
    if (link(from.c_str(), to.c_str()) == 0) continue;
    // Another file system, no links there, or more links than a file can have: many cells with
    // equal bytes are one blob.
    if (errno != EXDEV && errno != EPERM && errno != EMLINK && errno != EOPNOTSUPP) {
      return file_error("publish", from, errno);
    }
    TRY_VOID(copy_durably(from, to));
  }
  return {};
}

Result<void> Published::publish(const std::string& category, const std::string& calculation,
                                Date date, const ResultRecord& result) {
  CHECK(!result.shards.empty(), "a result has a shard, even when it has no rows");
  const std::string target =
      calculation_path(path_, category, calculation) + '/' + std::string(kDatePrefix) + date.str();
  for (;;) {
    const bool beside = beside_;
    TRY(const std::string folder, build_path(beside));
    Result<void> built = build(folder, result);
    Result<int> status = built.ok() ? place(folder, target) : Result<int>(built.error());
    TRY_VOID(remove_tree(folder));
    TRY(const int error, std::move(status));
    if (error == 0) return {};
    if (error != EXDEV || beside) return file_error("publish", target, error);
    beside_ = true;
  }
}

Result<void> Published::withdraw(const std::string& category, const std::string& calculation,
                                 Date date) {
  const std::string parent = calculation_path(path_, category, calculation);
  const std::string target = parent + '/' + std::string(kDatePrefix) + date.str();
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

// The entries of an open folder, without . and .. .
class Entries {
 public:
  explicit Entries(int folder) : folder_(folder) {}

  // nullptr at the end, with errno 0, and on an error.
  const dirent64* next() {
    for (;;) {
      if (offset_ == size_) {
        offset_ = 0;
        size_ = getdents64(folder_, buffer_, sizeof buffer_);
        if (size_ == 0) errno = 0;
        if (size_ <= 0) return size_ = 0, nullptr;
      }
      const auto* entry = reinterpret_cast<const dirent64*>(buffer_ + offset_);
      offset_ += entry->d_reclen;
      const std::string_view name(entry->d_name);
      if (name != "." && name != "..") return entry;
    }
  }

 private:
  const int folder_;
  ssize_t size_ = 0, offset_ = 0;
  alignas(dirent64) char buffer_[8192];
};

// The index in a shard's name; nullopt when it is not the name of a shard.
std::optional<size_t> shard_index(const dirent64& entry) {
  const std::string_view name(entry.d_name);
  if (entry.d_type != DT_REG && entry.d_type != DT_UNKNOWN) return std::nullopt;
  if (name.size() != kPrefixDigits + 1 + kIndexDigits + kEnding.size()) return std::nullopt;
  if (name[kPrefixDigits] != '-' || !name.ends_with(kEnding)) return std::nullopt;
  size_t index = 0;
  for (const char c : name.substr(kPrefixDigits + 1, kIndexDigits)) {
    if (c < '0' || c > '9') return std::nullopt;
    index = index * 10 + static_cast<size_t>(c - '0');
  }
  return index;
}

// The generation whose shards a folder holds; empty when it holds anything else.
std::string generation_in(int parent, const char* name) {
  const FileHandle folder(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.valid()) return {};
  Entries entries(folder.get());
  std::string prefix;
  size_t count = 0, sum = 0;
  while (const dirent64* entry = entries.next()) {
    const std::optional<size_t> index = shard_index(*entry);
    const std::string_view digits(entry->d_name, index ? kPrefixDigits : 0);
    if (!index || (count > 0 && digits != prefix)) return {};
    prefix = digits;
    sum += *index;
    ++count;
  }
  // The names differ, so the indices do, and only 0, 1, ... count - 1 have so small a sum.
  if (errno != 0 || count == 0 || sum != count * (count - 1) / 2) return {};
  return prefix + '-' + std::to_string(count);
}

}  // namespace

Result<std::map<Date, std::string>> Published::list(const std::string& category,
                                                    const std::string& calculation) const {
  std::map<Date, std::string> generations;
  const std::string path = calculation_path(path_, category, calculation);
  const FileHandle folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.valid() && errno == ENOENT) return generations;
  if (!folder.valid()) return file_error("list", path, errno);
  Entries entries(folder.get());
  while (const dirent64* entry = entries.next()) {
    const std::string_view name(entry->d_name);
    if (!name.starts_with(kDatePrefix)) continue;
    const auto date = Date::parse(name.substr(kDatePrefix.size()));
    if (!date) continue;
    if (std::string found = generation_in(folder.get(), entry->d_name); !found.empty()) {
      generations.emplace(*date, std::move(found));
    }
  }
  if (errno != 0) return file_error("list", path, errno);
  return generations;
}

}  // namespace almanac
