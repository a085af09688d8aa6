// Hourly readings, and which of their rows are accepted. A rejected row is left out and counted;
// the meter's other hours count.
#pragma once

#include <almanac/calculation.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

inline constexpr size_t kHours = 24;

// A sum of energies to the watt-hour, in kWh: as meters count, so that what was the same is equal,
// in whatever order it was added.
inline double whole_wh(double kwh) {
  return std::round(1000 * kwh) / 1000;
}

// The columns of a reading. Declared in a calculation as
//   Readings readings{dataset("readings")};
struct Readings {
  almanac::Table table;

  almanac::In<int64_t> hour = table["hour"];  // 0 to 23; the one that begins then
  almanac::In<double> kwh = table["kwh"];     // in that hour, so also the mean power in kW
};

// kWh by hour of one meter's day; NaN where there is no accepted reading.
class HoursOfDay {
 public:
  HoursOfDay(const Readings& readings, const almanac::Context& meter) {
    kwh_.fill(std::numeric_limits<double>::quiet_NaN());
    for (const almanac::Row row : meter.rows(readings.table)) {
      if (const char* reason = defect(readings, row)) {
        meter.reject(reason);
        continue;
      }
      kwh_[static_cast<size_t>(row[readings.hour])] = row[readings.kwh];
      ++size_;
    }
  }

  size_t size() const { return size_; }  // how many hours have a reading
  bool empty() const { return size_ == 0; }
  bool has(size_t hour) const { return !std::isnan(kwh_[hour]); }
  double operator[](size_t hour) const { return kwh_[hour]; }

  double total() const {
    double sum = 0;
    for (const double kwh : kwh_) sum += std::isnan(kwh) ? 0 : kwh;
    return whole_wh(sum);
  }

  double peak() const {
    double most = 0;
    for (const double kwh : kwh_) most = kwh > most ? kwh : most;
    return most;
  }

 private:
  // Why a row is rejected; null where it is accepted. Of two readings of an hour the first counts.
  const char* defect(const Readings& readings, almanac::Row row) const {
    constexpr double kMostKwh = 10'000;
    if (!row.has(readings.hour)) return "hour is null";
    const int64_t hour = row[readings.hour];
    if (hour < 0 || hour >= static_cast<int64_t>(kHours)) return "hour is not between 0 and 23";
    const double kwh = row[readings.kwh];
    if (!(kwh >= 0 && kwh <= kMostKwh)) return "kwh is not between 0 and 10000";
    return has(static_cast<size_t>(hour)) ? "hour is read twice" : nullptr;
  }

  std::array<double, kHours> kwh_;
  size_t size_ = 0;
};
