// LeaseWatch: what one observer has seen of another's lease. The holder counts its renewals; a
// count that has not moved for kExpiryMs on the observer's own monotonic clock is a lost lease. No
// clock is compared with another's.
#pragma once

#include <cstdint>
#include <functional>

namespace almanac {

class LeaseWatch {
 public:
  static constexpr int64_t kExpiryMs = 15 * 60 * 1000;

  // `steady_ms`: a clock that does not jump.
  explicit LeaseWatch(std::function<int64_t()> steady_ms) : steady_ms_(std::move(steady_ms)) {}

  // Whether this lease has been seen unrenewed for long enough.
  bool expired(int64_t token, int64_t renewals) {
    const int64_t now = steady_ms_();
    if (token != token_ || renewals != renewals_) {
      token_ = token;
      renewals_ = renewals;
      since_ms_ = now;
    }
    return now - since_ms_ >= kExpiryMs;
  }

 private:
  std::function<int64_t()> steady_ms_;
  int64_t token_ = -1, renewals_ = -1, since_ms_ = 0;
};

}  // namespace almanac
