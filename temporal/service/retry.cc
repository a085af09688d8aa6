#include "temporal/service/retry.h"

#include <algorithm>

namespace temporal::service {
namespace {

constexpr double kGrowth = 1.7;
constexpr Duration kLongest = std::chrono::seconds(10);   // of all attempts of a normal call
constexpr Duration kThrottled = std::chrono::seconds(1);  // the first pause after a refusal
constexpr Duration kThrottledMost = std::chrono::seconds(10);

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
  const bool endless = attempts_ == 0;
  if (!can_help(status) && !(endless && status.code == Code::DeadlineExceeded)) {
    return std::nullopt;
  }
  if (!endless && (made_ >= attempts_ || spent >= kLongest)) return std::nullopt;
  ++made_;
  Duration pause = pause_;
  pause_ = std::min(cap_, std::chrono::duration_cast<Duration>(pause_ * kGrowth));
  if (status.code == Code::ResourceExhausted) {
    pause = std::clamp(pause, kThrottled, kThrottledMost);
  }
  const double share = static_cast<double>(jitter >> 11) * 0x1p-53;  // [0, 1)
  return std::chrono::duration_cast<Duration>(pause * (0.8 + 0.4 * share));
}

}  // namespace temporal::service
