#include "core/base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/base/hex.h"

namespace almanac {

namespace {

Hash from_xxh(XXH128_hash_t hash) {
  return {hash.high64, hash.low64};
}

uint64_t load_big_endian(const uint8_t* data) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | data[i];
  return value;
}

void store_big_endian(uint64_t value, uint8_t* data) {
  for (int i = 0; i < 8; ++i) data[i] = static_cast<uint8_t>(value >> (56 - 8 * i));
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

struct Hasher::State {
  XXH3_state_t xxh;
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(&state_->xxh);
}
Hasher::Hasher(std::string_view recipe) : Hasher() {
  add(recipe);
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hasher& Hasher::add(uint64_t value) {
  uint8_t bytes[8];
  store_big_endian(value, bytes);
  return raw(bytes, sizeof bytes);
}

Hasher& Hasher::add(const Hash& hash) {
  const auto bytes = hash.bytes();
  return raw(bytes.data(), bytes.size());
}

Hasher& Hasher::add(std::string_view text) {
  add(static_cast<uint64_t>(text.size()));
  return raw(text.data(), text.size());
}

Hasher& Hasher::raw(const void* data, size_t size) {
  XXH3_128bits_update(&state_->xxh, data, size);
  return *this;
}

Hash Hasher::digest() const {
  return from_xxh(XXH3_128bits_digest(&state_->xxh));
}

Hash hash_bytes(const void* data, size_t size) {
  return from_xxh(XXH3_128bits(data, size));
}

std::array<uint8_t, Hash::kBytes> Hash::bytes() const {
  std::array<uint8_t, kBytes> bytes;
  store_big_endian(high, bytes.data());
  store_big_endian(low, bytes.data() + 8);
  return bytes;
}

Hash Hash::from_bytes(const void* data) {
  const auto* bytes = static_cast<const uint8_t*>(data);
  return {load_big_endian(bytes), load_big_endian(bytes + 8)};
}

std::string Hash::hex() const {
  return hex_digits(bytes());
}

bool Hash::from_hex(std::string_view text, Hash* hash) {
  if (text.size() != 2 * kBytes) return false;
  std::array<uint8_t, kBytes> bytes;
  for (size_t i = 0; i < kBytes; ++i) {
    const int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  *hash = from_bytes(bytes.data());
  return true;
}

}  // namespace almanac
