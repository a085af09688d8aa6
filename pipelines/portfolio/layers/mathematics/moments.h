// Shape of a sample: skewness and kurtosis, corrected for the size of the sample as in D. N.
// Joanes, C. A. Gill, Comparing measures of sample skewness and kurtosis, The Statistician 47
// (1998).
#pragma once

#include <cmath>
#include <span>

#include "layers/mathematics/numbers.h"

// A variance that is rounding alone.
inline constexpr double kNoVariance = 1e-24;

// The mean of (x - mean)^power; undefined without values.
inline double central_moment(std::span<const double> values, int power) {
  const double centre = mean(values);
  Sum sum;
  for (const double x : values) {
    double term = x - centre;
    for (int i = 1; i < power; ++i) term *= x - centre;
    sum += term;
  }
  return ratio(sum, static_cast<double>(values.size()));
}

// G1 = sqrt(n (n - 1)) / (n - 2) * m3 / m2^1.5; undefined below three values or without variance.
inline double skewness(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  const double m2 = central_moment(values, 2);
  if (values.size() < 3 || !(m2 > kNoVariance)) return kUndefined;
  return std::sqrt(n * (n - 1)) / (n - 2) * central_moment(values, 3) / std::pow(m2, 1.5);
}

// G2 = (n - 1) / ((n - 2)(n - 3)) * ((n + 1) (m4 / m2^2 - 3) + 6); undefined below four values or
// without variance.
inline double excess_kurtosis(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  const double m2 = central_moment(values, 2);
  if (values.size() < 4 || !(m2 > kNoVariance)) return kUndefined;
  const double g2 = central_moment(values, 4) / (m2 * m2) - 3;
  return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6);
}
