#include "runner/hashing_file.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/check.h"
#include "core/base/hex.h"

namespace almanac {

namespace {
constexpr size_t kBufferBytes = 256 << 10;
}

struct HashingFile::Digest {
  Digest() : context(EVP_MD_CTX_new()) {
    CHECK(context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1,
          "OpenSSL has SHA-256");
  }
  ~Digest() { EVP_MD_CTX_free(context); }
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void update(const char* data, size_t size) {
    CHECK(EVP_DigestUpdate(context, data, size) == 1, "SHA-256 takes any bytes");
  }

  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned size = 0;
    CHECK(EVP_DigestFinal_ex(context, bytes.data(), &size) == 1, "SHA-256 ends once");
    return hex_digits({bytes.data(), size});
  }

  EVP_MD_CTX* context;
};

arrow::Result<std::shared_ptr<HashingFile>> HashingFile::create(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return arrow::Status::IOError("create ", path, ": ", std::strerror(errno));
  }
  return std::shared_ptr<HashingFile>(new HashingFile(path, descriptor));
}

HashingFile::HashingFile(std::string path, int descriptor)
    : descriptor_(descriptor), digest_(std::make_unique<Digest>()) {
  staged_.path = std::move(path);
}

HashingFile::~HashingFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

arrow::Status HashingFile::failed(const std::string& doing) {
  return status_ = arrow::Status::IOError(doing, " ", staged_.path, ": ", std::strerror(errno));
}

arrow::Status HashingFile::put(const char* data, size_t size) {
  digest_->update(data, size);
  while (size > 0) {
    const ssize_t written = ::write(descriptor_, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("write");
    data += written;
    size -= static_cast<size_t>(written);
  }
  return arrow::Status::OK();
}

arrow::Status HashingFile::Write(const void* data, int64_t size) {
  ARROW_RETURN_NOT_OK(status_);
  const auto* bytes = static_cast<const char*>(data);
  const auto count = static_cast<size_t>(size);
  staged_.blob.bytes += count;
  if (buffer_.size() + count > kBufferBytes) {
    ARROW_RETURN_NOT_OK(put(buffer_.data(), buffer_.size()));
    buffer_.clear();
    if (count > kBufferBytes) return put(bytes, count);
  }
  buffer_.append(bytes, count);
  return arrow::Status::OK();
}

arrow::Result<int64_t> HashingFile::Tell() const {
  return static_cast<int64_t>(staged_.blob.bytes);
}

arrow::Status HashingFile::Close() {
  if (closed()) return status_;
  if (status_.ok()) status_ = put(buffer_.data(), buffer_.size());
  if (::close(std::exchange(descriptor_, -1)) != 0 && status_.ok()) return failed("close");
  if (status_.ok()) staged_.blob.sha256 = digest_->hex();
  return status_;
}

}  // namespace almanac
