"""Edits of user_risk, written without a look at the others."""
from edit import alters, preserves

USER_RISK = "calculations/portfolio/user_risk.cc"
NUMBERS = '#include "layers/mathematics/numbers.h"\n'

EDITS = (
    preserves("user_risk", "losses in a layer", ("layers/mathematics/losses.h", "", """\
// What returns say of losses.
#pragma once

#include <cmath>
#include <span>

#include "layers/mathematics/sum.h"

// sqrt(mean(min(r, 0)^2)), for finite returns.
inline double downside_deviation(std::span<const double> returns) {
  Sum squares;
  for (const double r : returns) {
    if (r < 0) squares += std::pow(r, 2);
  }
  const double mean_square = squares / static_cast<double>(returns.size());
  return std::sqrt(mean_square);
}

// The largest loss of a peak's worth, from 0 to 1 (with debts above); worth begins with 1.
inline double deepest_fall(std::span<const double> returns) {
  double deepest = 0;
  double peak = 1;
  double worth = 1;
  for (size_t i = 0; i < returns.size(); ++i) {
    worth *= 1 + returns[i];
    if (worth > peak) peak = worth;
    const double fall = 1 - worth / peak;
    if (fall > deepest) deepest = fall;
  }
  return deepest;
}
"""), (USER_RISK, "#include <algorithm>\n", ""),
              (USER_RISK, NUMBERS, '#include "layers/mathematics/losses.h"\n' + NUMBERS),
              (USER_RISK, "    const double downside = downside_of(valid);\n",
               "    const double downside = downside_deviation(valid);\n"),
              (USER_RISK, """\
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
""", """\
};
""")),
    preserves("user_risk", "a struct of what is found, both ratios by one function", (USER_RISK, """\
#include <cmath>
#include <vector>
""", """\
#include <cmath>
#include <optional>
#include <vector>
"""), (USER_RISK, """\
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
""", """\
    std::vector<double> valid;
    for (const double ret : entity.rows(series)[0][returns]) {
      if (std::isfinite(ret)) valid.push_back(ret);
    }
    const Risk risk = valid.size() >= kLeastReturns ? risk_of(valid) : Risk();
    Record record = out.add();
    record[vol] = risk.vol;
    record[mean_ret] = risk.mean_ret;
    record[sharpe] = risk.sharpe;
    record[sortino] = risk.sortino;
    record[max_drawdown] = risk.max_drawdown;
  }

  struct Risk {
    std::optional<double> vol, mean_ret, sharpe, sortino, max_drawdown;
  };

  static Risk risk_of(const std::vector<double>& valid) {
    const double centre = mean(valid);
    const double sd = sample_sd(valid);
    Risk risk;
    risk.vol = defined(sd * std::sqrt(kDaysPerYear));
    risk.mean_ret = defined(centre * kDaysPerYear);
    risk.sharpe = reward(centre, sd);
    risk.sortino = reward(centre, downside_of(valid));
    risk.max_drawdown = defined(deepest_fall(valid));
    return risk;
  }

  // Per year; null where there is no risk.
  static std::optional<double> reward(double centre, double risk) {
    if (!(risk > kNoRisk)) return std::nullopt;
    const double daily = centre / risk;
    return defined(daily * std::sqrt(kDaysPerYear));
  }
""")),
    alters("user_risk", "nothing is left to lose", (USER_RISK, """\
      deepest = std::max(deepest, 1 - worth / peak);
""", """\
      deepest = std::max(deepest, 1 - worth / peak);
      if (worth <= 0) break;
"""), where="30 returns: 28 of 0, then -1.5 (a short that has lost more than it was worth), then 1: "
            "max_drawdown is 1.5 instead of 2"),
)
