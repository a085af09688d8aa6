#include "temporal/embedded/cron.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <sstream>
#include <vector>

#include "temporal/embedded/text_values.h"

namespace temporal::embedded {

namespace {

using namespace std::chrono;

std::optional<int> number(const std::string& text, const std::vector<std::string>& names,
                          int first) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) return static_cast<int>(i) + first;
  }
  return std::nullopt;
}

// "*/15", "1-5", "MON,WED", "3-20/4": sets the bits; false where it is none of these.
template <std::size_t N>
bool read_field(const std::string& field, int first, int last, std::bitset<N>& out, bool& any,
                const std::vector<std::string>& names = {}) {
  std::istringstream parts(field);
  for (std::string part; std::getline(parts, part, ',');) {
    int step = 1;
    bool stepped = false;
    if (const auto slash = part.find('/'); slash != std::string::npos) {
      const auto read = number(part.substr(slash + 1), {}, 0);
      if (!read || *read < 1) return false;
      step = *read;
      stepped = true;
      part.resize(slash);
    }
    int from = first, to = last;
    if (part != "*" && part != "?") {
      const auto dash = part.find('-');
      const auto low = number(part.substr(0, dash), names, first);
      if (!low) return false;
      from = *low;
      to = stepped ? last : from;
      if (dash != std::string::npos) {
        const auto high = number(part.substr(dash + 1), names, first);
        if (!high) return false;
        to = *high;
      }
    } else {
      any = !stepped;
    }
    if (from < first || to > last || from > to) return false;
    for (int i = from; i <= to; i += step) out.set(static_cast<std::size_t>(i));
  }
  return out.any();
}

std::string expand(const std::string& name) {
  if (name == "@yearly" || name == "@annually") return "0 0 1 1 *";
  if (name == "@monthly") return "0 0 1 * *";
  if (name == "@weekly") return "0 0 * * 0";
  if (name == "@daily" || name == "@midnight") return "0 0 * * *";
  if (name == "@hourly") return "0 * * * *";
  return name;
}

}  // namespace

std::optional<Cron> Cron::parse(std::string text) {
  for (const char* zone : {"CRON_TZ=UTC ", "TZ=UTC "}) {
    if (text.starts_with(zone)) text.erase(0, std::string(zone).size());
  }
  Cron cron;
  if (text.starts_with("@every ")) {
    const auto every = read_duration(text.substr(7));
    if (!every) return std::nullopt;
    cron.every_ = std::max<Duration>(floor<seconds>(*every), 1s);
    return cron;
  }
  text = expand(text);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::istringstream words(text);
  std::vector<std::string> fields;
  for (std::string word; words >> word;) fields.push_back(word);
  if (fields.size() != 5) return std::nullopt;
  bool any = false;
  static const std::vector<std::string> months{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                               "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  static const std::vector<std::string> weekdays{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};
  if (!read_field(fields[0], 0, 59, cron.minutes_, any) ||
      !read_field(fields[1], 0, 23, cron.hours_, any) ||
      !read_field(fields[2], 1, 31, cron.days_, cron.any_day_) ||
      !read_field(fields[3], 1, 12, cron.months_, any, months) ||
      !read_field(fields[4], 0, 6, cron.weekdays_, cron.any_weekday_, weekdays)) {
    return std::nullopt;
  }
  return cron;
}

std::optional<TimePoint> Cron::next(TimePoint after) const {
  if (every_) return later(TimePoint(floor<seconds>(after)), *every_);
  const auto first = floor<minutes>(after) + 1min;
  const auto last_day = floor<days>(first) + days(5 * 366);
  for (auto day = floor<days>(first); day < last_day; day += days(1)) {
    const year_month_day date{day};
    if (!months_.test(static_cast<unsigned>(date.month()))) continue;
    const bool in_month = days_.test(static_cast<unsigned>(date.day()));
    const bool in_week = weekdays_.test(weekday{day}.c_encoding());
    // Where both are restricted, one of them is enough.
    if (any_day_ || any_weekday_ ? !(in_month && in_week) : !(in_month || in_week)) continue;
    for (int minute = 0; minute < 24 * 60; ++minute) {
      const auto time = day + std::chrono::minutes(minute);
      if (time < first) continue;
      if (hours_.test(static_cast<std::size_t>(minute / 60)) &&
          minutes_.test(static_cast<std::size_t>(minute % 60))) {
        return TimePoint(time);
      }
    }
  }
  return std::nullopt;
}

std::optional<TimePoint> Cron::next_from(TimePoint started, TimePoint now) const {
  if (!every_) return next(std::max(started, now - 1ns));
  const auto first = next(started);
  if (*first >= now) return first;
  return *first + (now - *first + *every_ - 1ns) / *every_ * *every_;
}

std::optional<Duration> cron_backoff(const std::string& schedule, TimePoint started,
                                     TimePoint now) {
  if (schedule.empty()) return std::nullopt;
  const auto cron = Cron::parse(schedule);
  if (!cron) return std::nullopt;
  const auto due = cron->next_from(started, now);
  if (!due) return std::nullopt;
  return ceil<seconds>(*due - now);
}

}  // namespace temporal::embedded
