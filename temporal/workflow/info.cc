#include "temporal/workflow/info.h"

#include "temporal/base/random.h"

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
  const std::uint64_t high = random();
  return uuid_of(high, random());
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
