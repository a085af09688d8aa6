// ColumnFile: one decoded column, as bytes in memory where it is small, otherwise as a file that
// processes map. The file has a header of kHeaderBytes with the column's key and a checksum of what
// follows, an Arrow IPC stream (columns/column_stream.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "columns/column_stream.h"
#include "core/base/hash.h"
#include "core/base/result.h"
#include "storage/files.h"

namespace arrow::io {
class BufferOutputStream;
class OutputStream;
}  // namespace arrow::io

namespace almanac {

struct ColumnFile {
  static constexpr uint64_t kHeaderBytes = 64;

  std::string bytes;  // or
  FileHandle file;    // open for reading alone
  uint64_t size = 0;  // of the stream, without the header

  // The file of that name if it is the whole column of that key; a damaged one is removed.
  static std::shared_ptr<const ColumnFile> take(const std::string& path, const Hash& key);
};

// A column that is being written. Not thread-safe.
class ColumnDraft {
 public:
  // `path`: of a new file; empty: in memory that a process can map.
  static Result<ColumnDraft> on_file(Type type, const std::string& path);
  static Result<ColumnDraft> small(Type type);
  ~ColumnDraft();  // removes a file that was not placed
  ColumnDraft(ColumnDraft&&) noexcept = default;
  ColumnDraft& operator=(ColumnDraft&&) = delete;

  Result<void> add(const std::shared_ptr<arrow::Array>& values) { return writer_->add(values); }
  Result<std::shared_ptr<const ColumnFile>> finish();
  // After finish: others find it by its name. False where that cannot be.
  bool place(const Hash& key, const std::string& name);

 private:
  ColumnDraft() = default;

  std::string path_;
  FileHandle writable_;
  std::shared_ptr<ColumnFile> column_ = std::make_shared<ColumnFile>();
  std::shared_ptr<arrow::io::BufferOutputStream> buffer_;  // small
  std::shared_ptr<arrow::io::OutputStream> out_;
  std::unique_ptr<ColumnWriter> writer_;
};

}  // namespace almanac
