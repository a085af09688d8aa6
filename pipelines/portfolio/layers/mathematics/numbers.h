// Numbers that may be undefined, and the statistics of the textbooks. NaN stands for "undefined"
// inside a calculation, and infinity is what a division by zero or an overflow makes of it; what is
// stored is null.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "layers/mathematics/sum.h"

inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kDaysPerYear = 252;  // trading days
inline constexpr uint32_t kWindow = 60;      // over which users are judged, the date included

// For an output column: NaN and infinity become null.
inline std::optional<double> defined(double x) {
  return std::isfinite(x) ? std::optional(x) : std::nullopt;
}

// a / b; undefined where b is 0.
inline double ratio(double a, double b) {
  return b == 0 ? kUndefined : a / b;
}

// Rounded to 12 decimals, so that what is equal but for rounding errors is equal.
inline double rounded(double x) {
  constexpr double kScale = 1e12;
  return std::abs(x) < 9e3 ? std::nearbyint(x * kScale) / kScale : x;
}

// The finite ones of the values, in order.
inline std::vector<double> finite(std::span<const double> values) {
  std::vector<double> found;
  for (const double x : values) {
    if (std::isfinite(x)) found.push_back(x);
  }
  return found;
}

// The arithmetic mean; undefined without values or with an undefined one.
inline double mean(std::span<const double> values) {
  Sum sum;
  for (const double x : values) sum += x;
  return ratio(sum, static_cast<double>(values.size()));
}

// The sample standard deviation, sqrt(sum (x - mean)^2 / (n - 1)); undefined below two values.
inline double sample_sd(std::span<const double> values) {
  if (values.size() < 2) return kUndefined;
  const double centre = mean(values);
  Sum squares;
  for (const double x : values) squares += (x - centre) * (x - centre);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

// The last n of the values, oldest first; one undefined value where there are fewer than n, so that
// what is computed from it is undefined too.
inline std::span<const double> last(std::span<const double> values, size_t n) {
  static constexpr double kTooFew[] = {kUndefined};
  return values.size() < n ? std::span<const double>(kTooFew) : values.last(n);
}
