#include "temporal/service/retry.h"

#include <algorithm>
#include <utility>

namespace temporal::service {
namespace {

constexpr double kGrowth = 1.7;
constexpr Duration kThrottledMost = std::chrono::seconds(10);

Duration grow(Duration& pause, Duration most) {
  return std::exchange(pause,
                       std::min(most, std::chrono::duration_cast<Duration>(pause * kGrowth)));
}

bool can_help(const Status& status) {
  switch (status.code) {
    case Code::Unavailable:
    case Code::Unknown:
    case Code::Aborted:
    case Code::DataLoss:
    case Code::Internal:
      return true;
    case Code::ResourceExhausted:
      // A message that is too large will not shrink.
      return status.message.find("larger than max") == std::string::npos;
    default:
      return false;
  }
}

}  // namespace

std::optional<Duration> Retry::next(const Status& status, Duration spent, std::uint64_t jitter) {
  const bool poll = attempts_ == 0;
  if (!can_help(status) && !(poll && status.code == Code::DeadlineExceeded)) return std::nullopt;
  if ((!poll && made_ >= attempts_) || spent >= longest_) return std::nullopt;
  ++made_;
  const Duration pause = status.code == Code::ResourceExhausted ? grow(throttled_, kThrottledMost)
                                                                : grow(pause_, cap_);
  const double share = static_cast<double>(jitter >> 11) * 0x1p-53;  // [0, 1)
  return std::chrono::duration_cast<Duration>(pause * (0.8 + 0.4 * share));
}

}  // namespace temporal::service
