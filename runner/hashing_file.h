// HashingFile: a new file that is written once, with the SHA-256 of its bytes. Write errors are the
// stream's Status and stay: nothing after them succeeds. Not thread-safe.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string>

#include "core/ledger/records.h"

namespace almanac {

class HashingFile : public arrow::io::OutputStream {
 public:
  // Creates the file, which must not exist.
  static arrow::Result<std::shared_ptr<HashingFile>> create(const std::string& path);
  ~HashingFile() override;

  // The finished file; after Close.
  const StagedFile& staged() const { return staged_; }

  arrow::Status Write(const void* data, int64_t size) override;
  using arrow::io::Writable::Write;
  arrow::Result<int64_t> Tell() const override;
  arrow::Status Close() override;
  bool closed() const override { return descriptor_ < 0; }

 private:
  HashingFile(std::string path, int descriptor);
  arrow::Status put(const char* data, size_t size);
  arrow::Status failed(const std::string& doing);

  struct Digest;
  StagedFile staged_;
  int descriptor_;
  std::unique_ptr<Digest> digest_;
  std::string buffer_;
  arrow::Status status_;
};

}  // namespace almanac
