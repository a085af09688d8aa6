#include "core/quality/entity_breaker.h"

#include <cstdio>

namespace almanac {

bool EntityBreaker::add(bool failed) {
  if (open_) return false;
  ++entities_;
  failed_ += failed ? 1 : 0;
  return entities_ <= kEvery || entities_ % kEvery != 0 || judge();
}

bool EntityBreaker::finish() {
  return !open_ && judge();
}

bool EntityBreaker::judge() {
  open_ = failed_ * 100 > entities_ * kMaxFailedPercent;
  return !open_;
}

std::string EntityBreaker::message() const {
  const double percent =
      entities_ == 0 ? 0 : 100 * static_cast<double>(failed_) / static_cast<double>(entities_);
  char text[160];
  std::snprintf(text, sizeof text, "%.1f %% of %llu entities failed (%llu), more than %llu %%",
                percent, static_cast<unsigned long long>(entities_),
                static_cast<unsigned long long>(failed_),
                static_cast<unsigned long long>(kMaxFailedPercent));
  return text;
}

}  // namespace almanac
