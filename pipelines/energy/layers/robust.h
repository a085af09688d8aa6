// A middle, a spread and a score that a few outliers do not move.
//
//   MAD = median |x - median|, the median absolute deviation: F. R. Hampel, The influence curve and
//         its role in robust estimation, J. American Statistical Association 69 (1974)
//   M   = 0.6745 (x - median) / MAD, the modified z-score; an outlier where |M| > 3.5: B. Iglewicz,
//         D. C. Hoaglin, How to Detect and Handle Outliers (1993)
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

// The middle value, or the mean of the two in the middle. There is at least one.
inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

inline double median_absolute_deviation(std::vector<double> values) {
  const double middle = median(values);
  for (double& x : values) x = std::abs(x - middle);
  return median(std::move(values));
}

// Null where there is no spread.
inline std::optional<double> modified_z_score(double x, double middle, double mad) {
  if (mad == 0) return std::nullopt;
  return 0.6745 * (x - middle) / mad;
}
