#include "storage/sha256.h"

#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <vector>

#include "core/base/hex.h"
#include "storage/files.h"

namespace almanac {

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Result<FileDigest> digest_file(const std::string& path) {
  TRY(const FileHandle file, open_for_reading(path));
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  CHECK(context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1,
        "OpenSSL has SHA-256");
  constexpr size_t kBufferBytes = 256 << 10;
  std::vector<char> buffer(kBufferBytes);
  FileDigest digest;
  for (;;) {
    const ssize_t size = read(file.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return file_error("read", path, errno);
    if (size == 0) break;
    digest.bytes += static_cast<uint64_t>(size);
    CHECK(EVP_DigestUpdate(context.get(), buffer.data(), static_cast<size_t>(size)) == 1,
          "SHA-256 goes on");
  }
  std::array<uint8_t, EVP_MAX_MD_SIZE> bytes;
  unsigned count = 0;
  CHECK(EVP_DigestFinal_ex(context.get(), bytes.data(), &count) == 1, "SHA-256 ends");
  digest.sha256 = hex_digits({bytes.data(), count});
  return digest;
}

}  // namespace almanac
