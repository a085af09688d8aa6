#include "temporal/embedded/text_values.h"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <map>
#include <string_view>

namespace temporal::embedded {

std::optional<double> read_time(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, used = 0;
  double second = 0;
  if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%lf%n", &year, &month, &day, &hour, &minute,
                  &second, &used) != 6) {
    return std::nullopt;
  }
  const std::string zone = text.substr(static_cast<std::size_t>(used));
  int offset_hours = 0, offset_minutes = 0;
  if (zone != "Z" && std::sscanf(zone.c_str(), "%d:%d", &offset_hours, &offset_minutes) != 2) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second >= 60) {
    return std::nullopt;
  }
  const double days = static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
  const int sign = !zone.empty() && zone[0] == '-' ? -1 : 1;
  const double seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset_hours * 3600 -
                         sign * offset_minutes * 60;
  return seconds * 1e9;
}

std::optional<Duration> read_duration(const std::string& text) {
  static const std::map<std::string_view, double> units{
      {"ns", 1},   {"us", 1e3}, {"\u00b5s", 1e3}, {"\u03bcs", 1e3},
      {"ms", 1e6}, {"s", 1e9},  {"m", 6e10},      {"h", 3.6e12}};
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return Duration::zero();
  if (rest.empty()) return std::nullopt;
  double nanos = 0;
  while (!rest.empty()) {
    if (rest[0] != '.' && (rest[0] < '0' || rest[0] > '9')) return std::nullopt;
    double value = 0;
    const char* last = rest.data() + rest.size();
    const auto [end, error] = std::from_chars(rest.data(), last, value, std::chars_format::fixed);
    if (error != std::errc()) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const auto unit = units.find(rest.substr(0, rest.find_first_of(".0123456789")));
    if (unit == units.end()) return std::nullopt;
    rest.remove_prefix(unit->first.size());
    nanos += value * unit->second;
  }
  if (nanos >= 9.2e18) return std::nullopt;  // no Duration holds it
  return Duration(static_cast<std::int64_t>(negative ? -nanos : nanos));
}

std::optional<double> read_number(const std::string& text) {
  if (text.find_first_not_of("-.0123456789eE") != std::string::npos) return std::nullopt;  // "inf"
  double value = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  return error == std::errc() && end == last && !text.empty() ? std::optional(value) : std::nullopt;
}

}  // namespace temporal::embedded
