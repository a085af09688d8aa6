// Cron schedules, in UTC: "30 2 * * MON-FRI", "@daily", "@every 90m".
#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string>

#include "temporal/base/executor.h"

namespace temporal::embedded {

class Cron {
 public:
  // Nothing, where the text is no schedule. A CRON_TZ= or TZ= other than UTC is none.
  static std::optional<Cron> parse(std::string text);
  // The first time after this one; nothing, where there is none within five years.
  std::optional<TimePoint> next(TimePoint after) const;
  // The first of the times after `started` that is not before `now`.
  std::optional<TimePoint> next_from(TimePoint started, TimePoint now) const;

 private:
  std::optional<Duration> every_;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<8> weekdays_;
  bool any_day_ = false, any_weekday_ = false;
};

// From `now` until the schedule is due again, for a run that was due at `started`.
std::optional<Duration> cron_backoff(const std::string& schedule, TimePoint started, TimePoint now);

}  // namespace temporal::embedded
