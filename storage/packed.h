// Packed: lists as bytes, the form in which the ledger keeps hashes, shards and lists of names.
// Numbers are 8 bytes big-endian, texts are their length and bytes, hashes are 16 bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/hash.h"
#include "core/ledger/records.h"

namespace almanac {

class Packer {
 public:
  Packer& add(uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) bytes_ += static_cast<char>(value >> shift);
    return *this;
  }
  Packer& add(std::string_view text) {
    add(static_cast<uint64_t>(text.size()));
    bytes_ += text;
    return *this;
  }
  Packer& add(const Hash& hash) {
    const auto bytes = hash.bytes();
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return *this;
  }
  Packer& add(const std::vector<Hash>& hashes) {  // no count: it follows from the size
    bytes_.reserve(bytes_.size() + hashes.size() * Hash::kBytes);
    for (const Hash& hash : hashes) add(hash);
    return *this;
  }
  Packer& add(const std::vector<std::string>& texts) {
    add(static_cast<uint64_t>(texts.size()));
    for (const std::string& text : texts) add(text);
    return *this;
  }

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads what a Packer wrote. Bytes that end too early give zeroes and make done() false.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  uint64_t number() {
    const std::string_view bytes = take(8);
    uint64_t value = 0;
    for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
    return value;
  }
  std::string text() { return std::string(take(number())); }
  Hash hash() {
    const std::string_view bytes = take(Hash::kBytes);
    return bytes.empty() ? Hash{} : Hash::from_bytes(bytes.data());
  }
  std::vector<Hash> hashes() {  // all that is left
    std::vector<Hash> hashes;
    hashes.reserve(rest_.size() / Hash::kBytes);
    while (more()) hashes.push_back(hash());
    return hashes;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> texts;
    for (uint64_t count = number(); count > 0 && !failed_; --count) texts.push_back(text());
    return texts;
  }

  bool more() const { return !failed_ && !rest_.empty(); }
  bool done() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view take(uint64_t size) {
    if (failed_ || size > rest_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace almanac
