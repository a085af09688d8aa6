// The constants of the mean-variance frontier of R. C. Merton, An analytic derivation of the
// efficient portfolio frontier, Journal of Financial and Quantitative Analysis 7 (1972).
//
//   S = covariance of the daily returns * 252, mu = their means * 252
//   A = 1'S^-1 mu, B = mu'S^-1 mu, C = 1'S^-1 1, D = BC - A^2
//   variance at return m = (C m^2 - 2 A m + B) / D; global minimum: risk C^-1/2 at return A/C
//
// With the Cholesky factor S = LL' and u = L^-1 1, v = L^-1 mu these are A = u'v, B = v'v, C = u'u.
// The sums are plain loops in a fixed order, so every machine gets the same bits.
#pragma once

#include <cmath>
#include <optional>
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

// The lower triangle L of S = LL', row by row, of which only the lower triangle is read. Null where
// S is singular: a stock is explained by those before it but for a share of 1e-12 of its variance,
// which is rounding.
inline std::optional<std::vector<Vector>> cholesky(std::vector<Vector> S) {
  for (size_t i = 0; i < S.size(); ++i) {
    const double variance = S[i][i];
    for (size_t j = 0; j <= i; ++j) {
      for (size_t k = 0; k < j; ++k) S[i][j] -= S[i][k] * S[j][k];
      if (j < i) S[i][j] /= S[j][j];
    }
    if (!(S[i][i] > 1e-12 * variance)) return std::nullopt;
    S[i][i] = std::sqrt(S[i][i]);
  }
  return S;
}

// L^-1 x, by forward substitution.
inline Vector solve_lower(const std::vector<Vector>& L, Vector x) {
  for (size_t i = 0; i < x.size(); ++i) {
    for (size_t k = 0; k < i; ++k) x[i] -= L[i][k] * x[k];
    x[i] /= L[i][i];
  }
  return x;
}

// `returns`: daily, by stock, all of the same length of at least 2. Null where S is singular or
// there is no stock.
inline std::optional<MeanVariance> mean_variance(std::vector<Vector> returns) {
  if (returns.empty()) return std::nullopt;
  const double scale = kDaysPerYear / static_cast<double>(returns.front().size() - 1);
  Vector mu;
  for (Vector& stock : returns) {
    const double centre = mean(stock);
    for (double& x : stock) x -= centre;
    mu.push_back(centre * kDaysPerYear);
  }
  std::vector<Vector> S(returns.size(), Vector(returns.size()));
  for (size_t i = 0; i < returns.size(); ++i) {
    for (size_t j = 0; j <= i; ++j) S[i][j] = scale * dot(returns[i], returns[j]);
  }
  const auto L = cholesky(std::move(S));
  if (!L) return std::nullopt;
  const Vector u = solve_lower(*L, Vector(mu.size(), 1.0)), v = solve_lower(*L, mu);
  const double A = dot(u, v), B = dot(v, v), C = dot(u, u);
  return MeanVariance{A, B, C, B * C - A * A};
}
