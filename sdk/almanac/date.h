// A calendar day, kept as days since 1970-01-01 (the encoding of Arrow's date32).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace almanac {

class Date {
 public:
  constexpr Date() = default;
  constexpr explicit Date(int32_t days_since_epoch) : days_(days_since_epoch) {}

  // Proleptic Gregorian; Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
  static constexpr Date of(int year, unsigned month, unsigned day) {
    const int y = month <= 2 ? year - 1 : year;
    const int era = (y >= 0 ? y : y - 399) / 400;
    const unsigned yoe = static_cast<unsigned>(y - era * 400);
    const unsigned doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return Date(era * 146097 + static_cast<int>(doe) - 719468);
  }

  // Strictly YYYY-MM-DD of an existing day; anything else is nullopt.
  static std::optional<Date> parse(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    auto number = [&](size_t from, size_t count) {
      int value = 0;
      for (size_t i = from; i < from + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
      }
      return value;
    };
    const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
    const Date date = of(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    const Parts parts = date.parts();
    if (parts.month != static_cast<unsigned>(month)) return std::nullopt;
    return date;
  }

  struct Parts {
    int year;
    unsigned month, day;
  };

  constexpr Parts parts() const {
    const int z = days_ + 719468;
    const int era = (z >= 0 ? z : z - 146096) / 146097;
    const unsigned doe = static_cast<unsigned>(z - era * 146097);
    const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const unsigned mp = (5 * doy + 2) / 153;
    const unsigned month = mp < 10 ? mp + 3 : mp - 9;
    const int year = static_cast<int>(yoe) + era * 400 + (month <= 2 ? 1 : 0);
    return {year, month, doy - (153 * mp + 2) / 5 + 1};
  }

  constexpr int32_t days() const { return days_; }

  // 0 is Monday, 6 is Sunday.
  constexpr int weekday() const { return ((days_ + 3) % 7 + 7) % 7; }

  // YYYY-MM-DD.
  std::string str() const {
    const Parts p = parts();
    std::string text = "0000-00-00";
    auto number = [&](size_t from, size_t count, unsigned value) {
      for (size_t i = from + count; i-- > from; value /= 10) {
        text[i] = static_cast<char>('0' + value % 10);
      }
    };
    number(0, 4, static_cast<unsigned>(p.year));
    number(5, 2, p.month);
    number(8, 2, p.day);
    return text;
  }

  constexpr auto operator<=>(const Date&) const = default;
  constexpr Date operator+(int days) const { return Date(days_ + days); }
  constexpr Date operator-(int days) const { return Date(days_ - days); }
  constexpr int operator-(Date other) const { return days_ - other.days_; }

 private:
  int32_t days_ = 0;
};

}  // namespace almanac
