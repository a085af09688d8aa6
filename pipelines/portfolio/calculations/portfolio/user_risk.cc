#include <almanac/calculation.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "layers/mathematics/numbers.h"

using namespace almanac;

// The risk of each user's portfolio over the days with a return among the last 60; null with fewer
// than 30. Risk and return are per year, the riskless rate is 0.
//
//   sharpe       mean / sd * sqrt(252); W. F. Sharpe, The Sharpe ratio, Journal of Portfolio
//                Management 21 (1994)
//   sortino      with sqrt(mean(min(r, 0)^2)) instead of the sd; F. A. Sortino, R. van der Meer,
//                Downside risk, Journal of Portfolio Management 17 (1991)
//   max_drawdown the largest loss of a peak's worth, from 0 to 1 (with debts above); worth begins
//                with 1
struct UserRisk : PerEntity {
  static constexpr size_t kLeastReturns = 30;
  static constexpr double kNoRisk = 1e-12;

  Table series = calculation("return_series");
  In<List<double>> returns = series["returns"];

  Key<int64_t> user = key("user_id");
  Out<double> vol = column("vol").sparse().constant();
  Out<double> mean_ret = column("mean_ret").sparse().constant();
  Out<double> sharpe = column("sharpe").sparse().constant();
  Out<double> sortino = column("sortino").sparse().constant();
  Out<double> max_drawdown = column("max_drawdown").sparse().constant();

  UserRisk() { lines({"crowd"}); }

  void process(const Entity& entity, Output& out) const override {
    const auto all = entity.rows(series)[0][returns];
    const std::vector<double> valid = finite(std::vector<double>(all.begin(), all.end()));
    Record record = out.add();
    if (valid.size() < kLeastReturns) return;
    const double year = std::sqrt(kDaysPerYear), centre = mean(valid), sd = sample_sd(valid);
    const double downside = downside_of(valid);
    record[vol] = defined(sd * year);
    record[mean_ret] = defined(centre * kDaysPerYear);
    if (sd > kNoRisk) record[sharpe] = defined(centre / sd * year);
    if (downside > kNoRisk) record[sortino] = defined(centre / downside * year);
    record[max_drawdown] = defined(deepest_fall(valid));
  }

  static double downside_of(const std::vector<double>& returns) {
    Sum squares;
    for (const double r : returns) squares += std::pow(std::min(r, 0.0), 2);
    return std::sqrt(squares / static_cast<double>(returns.size()));
  }

  static double deepest_fall(const std::vector<double>& returns) {
    double worth = 1, peak = 1, deepest = 0;
    for (const double r : returns) {
      worth *= 1 + r;
      peak = std::max(peak, worth);
      deepest = std::max(deepest, 1 - worth / peak);
    }
    return deepest;
  }
};
ALMANAC_CALCULATION(UserRisk, "portfolio", "user_risk")
