#include "temporal/workflow/info.h"

#include <array>

namespace temporal::wf {

const Info& info() {
  return Context::current().info();
}
TimePoint now() {
  return Context::current().now();
}
bool replaying() {
  return Context::current().replaying();
}
bool evicting() {
  const Context* context = Context::current_or_null();
  return !context || context->evicting();
}
bool handlers_finished() {
  return Context::current().handlers_finished();
}

std::string uuid() {
  Random random;
  std::array<std::uint64_t, 2> bits{random(), random()};
  bits[0] = (bits[0] & ~0xf000ULL) | 0x4000ULL;        // version 4
  bits[1] = (bits[1] & ~(3ULL << 62)) | (2ULL << 62);  // RFC 4122's variant
  std::string text;
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text += '-';
    text += "0123456789abcdef"[(bits[nibble / 16] >> (60 - 4 * (nibble % 16))) & 15];
  }
  return text;
}

bool patched(std::string_view id, std::source_location where) {
  return Context::current().patched(id, false, where);
}
void deprecate_patch(std::string_view id, std::source_location where) {
  Context::current().patched(id, true, where);
}
void upsert(const SearchAttributes& update, std::source_location where) {
  Context::current().upsert(update, where);
}
void upsert_memo(const std::string& key, const Payload& value, std::source_location where) {
  Context::current().upsert_memo(key, value, where);
}
void log(LogLevel level, std::string_view message) {
  Context::current().log(level, message);
}

}  // namespace temporal::wf
