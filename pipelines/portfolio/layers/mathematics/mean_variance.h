// The constants of the mean-variance frontier of R. C. Merton, An analytic derivation of the
// efficient portfolio frontier, Journal of Financial and Quantitative Analysis 7 (1972).
//
//   S = covariance of the daily returns * 252, mu = their means * 252
//   A = 1'S^-1 mu, B = mu'S^-1 mu, C = 1'S^-1 1, D = BC - A^2
//   variance at return m = (C m^2 - 2 A m + B) / D; global minimum: risk C^-1/2 at return A/C
//
// With S = LL' and u = L^-1 1, v = L^-1 mu these are A = u'v, B = v'v, C = u'u. The factor is that
// of the correlations with the largest remaining pivot first (N. J. Higham, Analysis of the
// Cholesky decomposition of a semi-definite matrix, 1990), so that rounding cannot hide that S is
// singular. The sums are plain loops in a fixed order, so every machine gets the same bits.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "layers/numbers.h"

struct MeanVariance {
  double A, B, C, D;

  double gmv_risk() const { return 1 / std::sqrt(C); }
  double gmv_return() const { return A / C; }
};

using Vector = std::vector<double>;

inline double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

struct Cholesky {
  std::vector<Vector> L;      // lower triangle, row by row
  std::vector<size_t> order;  // row i is that of order[i] in R

  // L^-1 of x in this order, by forward substitution.
  Vector solve(const Vector& x) const {
    Vector solution;
    for (size_t i = 0; i < order.size(); ++i) {
      double rest = x[order[i]];
      for (size_t k = 0; k < i; ++k) rest -= L[i][k] * solution[k];
      solution.push_back(rest / L[i][i]);
    }
    return solution;
  }
};

// Of a correlation matrix (symmetric, ones on the diagonal). Null where it is singular: all but
// 1e-12 of the variance of what is left is explained by what went before, which is rounding.
inline std::optional<Cholesky> pivoted_cholesky(const std::vector<Vector>& R) {
  Cholesky factor{std::vector<Vector>(R.size()), std::vector<size_t>(R.size())};
  Vector left(R.size(), 1.0);  // unexplained variance, in the present order
  std::iota(factor.order.begin(), factor.order.end(), size_t{0});
  auto& [L, order] = factor;
  for (size_t j = 0; j < R.size(); ++j) {
    const auto from = left.begin() + static_cast<std::ptrdiff_t>(j);
    const auto pivot = static_cast<size_t>(std::max_element(from, left.end()) - left.begin());
    std::swap(left[j], left[pivot]);
    std::swap(order[j], order[pivot]);
    std::swap(L[j], L[pivot]);
    if (!(left[j] > 1e-12)) return std::nullopt;
    const double diagonal = std::sqrt(left[j]);
    for (size_t i = j + 1; i < R.size(); ++i) {
      double rest = R[order[i]][order[j]];
      for (size_t k = 0; k < j; ++k) rest -= L[i][k] * L[j][k];
      L[i].push_back(rest / diagonal);
      left[i] -= L[i][j] * L[i][j];
    }
    L[j].push_back(diagonal);
  }
  return factor;
}

// `returns`: daily, by stock, all of the same length of at least 2. Null where S is singular, which
// it always is where there are as many stocks as days, or there is no stock.
inline std::optional<MeanVariance> mean_variance(std::vector<Vector> returns) {
  if (returns.empty() || returns.size() >= returns.front().size()) return std::nullopt;
  const double scale = kDaysPerYear / static_cast<double>(returns.front().size() - 1);
  Vector ones, means;  // 1 and mu, each in units of the stock's risk
  for (Vector& stock : returns) {
    const double centre = mean(stock);
    for (double& x : stock) x -= centre;
    const double length = std::sqrt(dot(stock, stock));
    if (!(length > 0)) return std::nullopt;
    for (double& x : stock) x /= length;
    ones.push_back(1 / (length * std::sqrt(scale)));
    means.push_back(centre * kDaysPerYear * ones.back());
  }
  std::vector<Vector> R(returns.size(), Vector(returns.size()));
  for (size_t i = 0; i < returns.size(); ++i) {
    for (size_t j = 0; j <= i; ++j) R[i][j] = R[j][i] = dot(returns[i], returns[j]);
  }
  const auto factor = pivoted_cholesky(R);
  if (!factor) return std::nullopt;
  const Vector u = factor->solve(ones), v = factor->solve(means);
  const double A = dot(u, v), B = dot(v, v), C = dot(u, u);
  return MeanVariance{A, B, C, B * C - A * A};
}
