#include "storage/column_file.h"

#include <arrow/buffer.h>
#include <arrow/io/file.h>
#include <arrow/io/memory.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

namespace almanac {

namespace {

constexpr char kMagic[8] = {'A', 'L', 'M', 'C', 'O', 'L', '0', '1'};
constexpr mode_t kPrivate = 0600;

struct Header {
  char magic[sizeof kMagic];
  uint8_t key[Hash::kBytes], checksum[Hash::kBytes];
  uint64_t size;
  char rest[ColumnFile::kHeaderBytes - 48];
};
static_assert(sizeof(Header) == ColumnFile::kHeaderBytes);

Error trouble(const arrow::Status& status) {
  return data_error("cannot write a decoded column: " + status.ToString());
}

std::optional<uint64_t> size_after_header(int file) {
  struct stat state = {};
  if (fstat(file, &state) != 0 || state.st_size < off_t{sizeof(Header)}) return std::nullopt;
  return static_cast<uint64_t>(state.st_size) - sizeof(Header);
}

std::optional<Hash> checksum(int file, uint64_t size) {
  const size_t all = size + sizeof(Header);
  void* bytes = mmap(nullptr, all, PROT_READ, MAP_SHARED, file, 0);
  if (bytes == MAP_FAILED) return std::nullopt;
  const Hash hash = hash_bytes(static_cast<const char*>(bytes) + sizeof(Header), size);
  munmap(bytes, all);
  return hash;
}

bool is_whole(int file, const Hash& key) {
  Header header;
  if (pread(file, &header, sizeof header, 0) != ssize_t{sizeof header}) return false;
  return std::memcmp(header.magic, kMagic, sizeof kMagic) == 0 &&
         Hash::from_bytes(header.key) == key && size_after_header(file) == header.size &&
         checksum(file, header.size) == Hash::from_bytes(header.checksum);
}

}  // namespace

std::shared_ptr<const ColumnFile> ColumnFile::take(const std::string& path, const Hash& key) {
  auto column = std::make_shared<ColumnFile>();
  column->file = FileHandle(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!column->file.valid()) return nullptr;
  if (!is_whole(column->file.get(), key)) {
    unlink(path.c_str());
    return nullptr;
  }
  column->size = *size_after_header(column->file.get());
  return column;
}

Result<ColumnDraft> ColumnDraft::small(Type type) {
  ColumnDraft draft;
  auto buffer = arrow::io::BufferOutputStream::Create();
  if (!buffer.ok()) return trouble(buffer.status());
  draft.buffer_ = std::move(*buffer);
  TRY(draft.writer_, ColumnWriter::open(type, draft.buffer_));
  return draft;
}

Result<ColumnDraft> ColumnDraft::on_file(Type type, const std::string& path) {
  ColumnDraft draft;
  const int file =
      path.empty()
          ? memfd_create("column", MFD_CLOEXEC)
          : open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kPrivate);
  if (file < 0) return file_error("create", path.empty() ? "a file in memory" : path, errno);
  draft.writable_ = FileHandle(file);
  draft.path_ = path;
  const Header header{};
  if (write(file, &header, sizeof header) != ssize_t{sizeof header}) {
    return file_error("write", path, errno);
  }
  auto out = arrow::io::FileOutputStream::Open(dup(file));
  if (!out.ok()) return trouble(out.status());
  draft.out_ = std::move(*out);
  TRY(draft.writer_, ColumnWriter::open(type, draft.out_));
  return draft;
}

ColumnDraft::~ColumnDraft() {
  if (!path_.empty()) unlink(path_.c_str());
}

Result<std::shared_ptr<const ColumnFile>> ColumnDraft::finish() {
  TRY_VOID(writer_->close());
  if (buffer_) {
    const auto bytes = buffer_->Finish();
    if (!bytes.ok()) return trouble(bytes.status());
    column_->bytes = (*bytes)->ToString();
    column_->size = column_->bytes.size();
    return std::shared_ptr<const ColumnFile>(column_);
  }
  if (auto status = out_->Close(); !status.ok()) return trouble(status);
  const auto size = size_after_header(writable_.get());
  if (!size) return file_error("read", path_, errno);
  column_->size = *size;
  // Others are given this one: a mapping of what is open for writing can be made writable.
  const std::string self = "/proc/self/fd/" + std::to_string(writable_.get());
  column_->file = FileHandle(open(self.c_str(), O_RDONLY | O_CLOEXEC));
  if (!column_->file.valid()) return file_error("open", path_, errno);
  return std::shared_ptr<const ColumnFile>(column_);
}

bool ColumnDraft::place(const Hash& key, const std::string& name) {
  if (path_.empty()) return false;
  const int file = writable_.get();
  const auto sum = checksum(file, column_->size);
  if (!sum) return false;
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  std::memcpy(header.key, key.bytes().data(), Hash::kBytes);
  std::memcpy(header.checksum, sum->bytes().data(), Hash::kBytes);
  header.size = column_->size;
  if (pwrite(file, &header, sizeof header, 0) != ssize_t{sizeof header}) return false;
  if (std::rename(path_.c_str(), name.c_str()) != 0) return false;
  path_.clear();
  return true;
}

}  // namespace almanac
