// The line y = alpha + beta x by ordinary least squares, with the t statistic of alpha, as in any
// textbook of econometrics: s^2 = SSE / (n - 2), SE(alpha) = s sqrt(1/n + mean(x)^2 / Sxx).
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "layers/mathematics/numbers.h"

struct Line {
  size_t n = 0;  // pairs
  double alpha = kUndefined, beta = kUndefined;
  double alpha_t = kUndefined;      // undefined where the standard error is 0
  double r2 = kUndefined;           // undefined where y is constant
  double residual_sd = kUndefined;  // s
};

// Through the pairs of which both values are defined. All but n is undefined with fewer than
// `least` pairs (at least 3) or a constant x. Throws where x and y are not of the same length.
inline Line fitted_line(std::span<const double> x, std::span<const double> y, size_t least) {
  constexpr double kRounding = 1e-15;  // a deviation that is rounding alone
  if (x.size() != y.size()) {
    throw std::invalid_argument(std::to_string(x.size()) + " values of x, " +
                                std::to_string(y.size()) + " of y");
  }
  std::vector<double> xs, ys;
  for (size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
    xs.push_back(x[i]);
    ys.push_back(y[i]);
  }
  Line line;
  line.n = xs.size();
  if (line.n < least || !(sample_sd(xs) > kRounding)) return line;
  const auto n = static_cast<double>(line.n);
  const double x_mean = mean(xs), y_mean = mean(ys);
  Sum sxx, sxy, syy, sse;
  for (size_t i = 0; i < xs.size(); ++i) {
    sxx += (xs[i] - x_mean) * (xs[i] - x_mean);
    sxy += (xs[i] - x_mean) * (ys[i] - y_mean);
    syy += (ys[i] - y_mean) * (ys[i] - y_mean);
  }
  line.beta = sxy / sxx;
  line.alpha = y_mean - line.beta * x_mean;
  for (size_t i = 0; i < xs.size(); ++i) {
    const double residual = ys[i] - line.alpha - line.beta * xs[i];
    sse += residual * residual;
  }
  line.residual_sd = std::sqrt(sse / (n - 2));
  const double error = line.residual_sd * std::sqrt(1 / n + x_mean * x_mean / sxx);
  if (error > kRounding) line.alpha_t = line.alpha / error;
  if (sample_sd(ys) > kRounding) line.r2 = 1 - sse / syy;
  return line;
}
