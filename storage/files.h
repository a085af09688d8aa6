// Files: the few system calls that the ledger, the store and the published view share.
//
// Errors name the path. A full disk or an input/output error is Temporary, a path where we may not
// read or write is Usage, everything else is Internal. A sync that fails for another reason than a
// full disk stops the process: what the kernel then holds of the file is unknown, and asking again
// would report success.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace almanac {

// An open file, closed when it goes.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileHandle();

  bool valid() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// The error for errno: `doing` is what was tried, "create folder".
Error file_error(const std::string& doing, const std::string& path, int error);

// The same of a place that a person named: where there can be nothing of the kind, that is Usage.
Error place_error(const std::string& doing, const std::string& path, int error);

// Whether errno of link() says that no hard link is possible here: another file system, none there,
// or more links than a file can have (many cells with equal bytes are one blob).
bool no_link(int error);

// Opens for reading. Links are not followed, so that nobody redirects a name inside our folders.
Result<FileHandle> open_for_reading(const std::string& path);

// Creates the folder and its missing parents, each durable in its parent. Where there can be no
// folder, as in /proc, that is a place_error().
Result<void> make_folders(const std::string& path);

// Makes the names inside a folder durable.
Result<void> sync_folder(const std::string& path);

// Makes the bytes of a file durable.
Result<void> sync_data(const FileHandle& file, const std::string& path);

// Writes a file as a whole, in a folder that is there, and makes its bytes durable. A link in its
// place is not followed.
Result<void> write_durably(const std::string& path, std::string_view content);

// Copies to a new file and makes its bytes durable.
Result<void> copy_durably(const std::string& from, const std::string& to);

// Removes a file or a folder with all that is in it; nothing there is fine.
Result<void> remove_tree(const std::string& path);

// The names in a folder, in no order; a missing folder has none.
Result<std::vector<std::string>> names_in(const std::string& folder);

// The folder that holds `path`.
std::string parent_of(const std::string& path);

// The name of a network file system from statfs' type, nullptr for a local or an unknown one.
const char* network_file_system(int64_t type);

}  // namespace almanac
