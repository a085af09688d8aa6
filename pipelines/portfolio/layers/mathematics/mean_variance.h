// The constants of the mean-variance frontier of R. C. Merton, An analytic derivation of the
// efficient portfolio frontier, Journal of Financial and Quantitative Analysis 7 (1972).
//
//   S = covariance of the daily returns * 252, mu = their means * 252
//   A = 1'S^-1 mu, B = mu'S^-1 mu, C = 1'S^-1 1, D = BC - A^2
//   variance at return m = (C m^2 - 2 A m + B) / D; global minimum: risk C^-1/2 at return A/C
//
// With X the returns, each stock less its mean and of length 1, X = QR gives S^-1 without S: R'R
// are the correlations. The stock that the ones before it explain least comes first (P. Businger,
// G. H. Golub, Linear least squares solutions by Householder transformations, 1965), so that
// rounding cannot hide that S is singular.
#pragma once

#include <cmath>
#include <eigen3/Eigen/QR>
#include <optional>
#include <vector>

#include "layers/mathematics/numbers.h"

struct MeanVariance {
  double A, B, C, D;

  double gmv_risk() const { return 1 / std::sqrt(C); }
  double gmv_return() const { return A / C; }
};

// `returns`: daily, by stock, all of the same length of at least 2. Null where S is singular, which
// it always is where there are as many stocks as days, and where there is no stock.
inline std::optional<MeanVariance> mean_variance(const std::vector<std::vector<double>>& returns) {
  constexpr double kNothingLeft = 1e-12;  // of a stock's variance, once the others explain it
  if (returns.empty()) return std::nullopt;
  const auto n = static_cast<Eigen::Index>(returns.size());
  const auto days = static_cast<Eigen::Index>(returns.front().size());
  Eigen::MatrixXd scaled(days, n);    // each stock less its mean, of length 1
  Eigen::VectorXd ones(n), means(n);  // 1 and mu, each in units of the stock's risk
  for (Eigen::Index i = 0; i < n; ++i) {
    const std::vector<double>& stock = returns[static_cast<size_t>(i)];
    const double centre = mean(stock), risk = sample_sd(stock) * std::sqrt(kDaysPerYear);
    for (Eigen::Index day = 0; day < days; ++day) {
      scaled(day, i) = stock[static_cast<size_t>(day)] - centre;
    }
    if (!(scaled.col(i).norm() > 0)) return std::nullopt;
    scaled.col(i).normalize();
    ones[i] = 1 / risk;
    means[i] = centre * kDaysPerYear / risk;
  }
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(scaled);
  const double least = qr.matrixR().diagonal().cwiseAbs().minCoeff();
  if (!(least * least > kNothingLeft)) return std::nullopt;
  const Eigen::MatrixXd R = qr.matrixR().topRows(n);
  const auto solve = [&](const Eigen::VectorXd& x) -> Eigen::VectorXd {
    return R.triangularView<Eigen::Upper>().transpose().solve(qr.colsPermutation().transpose() * x);
  };
  const Eigen::VectorXd u = solve(ones), v = solve(means);
  const double A = u.dot(v), B = v.dot(v), C = u.dot(u);
  return MeanVariance{A, B, C, B * C - A * A};
}
