// The energy signature of a building: the line kWh = base + slope * degree days through its days.
//
//   S. Hammarsten, A critical appraisal of energy-signature models, Applied Energy 26 (1987)
//
// Least squares in which a day's weight halves with every `half_life` later days, so that the line
// follows a building that changes. All that it needs of the past is six sums, carried from day to
// day: P. Young, Recursive Estimation and Time-Series Analysis (1984).
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

struct EnergySignature {
  static constexpr int64_t kFewestDays = 14;  // below, there is no line

  int64_t days = 0;
  double w = 0, x = 0, y = 0, xx = 0, xy = 0;  // weighted sums of 1, x, y, x^2 and x y

  // x: degree days, in K d; y: kWh.
  void add(double day_x, double day_y, double half_life) {
    const double kept = std::exp2(-1 / half_life);
    w = kept * w + 1;
    x = kept * x + day_x;
    y = kept * y + day_y;
    xx = kept * xx + day_x * day_x;
    xy = kept * xy + day_x * day_y;
    ++days;
  }

  // kWh per K d; null below 14 days and where all days were as cold.
  std::optional<double> slope() const {
    constexpr double kRounding = 1e-9;
    const double spread = w * xx - x * x;
    if (days < kFewestDays || spread <= kRounding * w * xx) return std::nullopt;
    return (w * xy - x * y) / spread;
  }

  // kWh on a day that needs no heating.
  std::optional<double> base() const {
    const auto per_degree_day = slope();
    if (!per_degree_day) return std::nullopt;
    return (y - *per_degree_day * x) / w;
  }
};
