"""Edits of attribution."""
from edit import alters, preserves

EDITS = (
    preserves(
        "sector_attribution", "the benchmark grouped by a map",
        ("layers/attribution/brinson.h",
         "#include <cmath>\n#include <string_view>\n",
         "#include <cmath>\n#include <map>\n#include <string_view>\n"),
        ("layers/attribution/brinson.h",
         """    std::vector<std::pair<std::string_view, double>> by_sector;
    std::vector<double> all;
""",
         """    std::map<std::string_view, std::vector<double>> by_sector;
    std::vector<double> all;
"""),
        ("layers/attribution/brinson.h",
         """      by_sector.emplace_back(sector, ret);
      all.push_back(ret);
    }
    std::sort(by_sector.begin(), by_sector.end());
    for (size_t begin = 0, end; begin < by_sector.size(); begin = end) {
      std::vector<double> mine;
      for (end = begin; end < by_sector.size() && by_sector[end].first == by_sector[begin].first;) {
        mine.push_back(by_sector[end++].second);
      }
      sectors_.push_back({by_sector[begin].first,
                          static_cast<double>(mine.size()) / static_cast<double>(all.size()),
                          mean(mine)});
    }
    whole_ = mean(all);
""",
         """      by_sector[sector].push_back(ret);
      all.push_back(ret);
    }
    whole_ = mean(all);
    const auto n_stocks = static_cast<double>(all.size());
    sectors_.reserve(by_sector.size());
    for (auto& [sector, mine] : by_sector) {
      std::sort(mine.begin(), mine.end());  // so that the mean has one order of summation
      const double weight = static_cast<double>(mine.size()) / n_stocks;
      sectors_.push_back({sector, weight, mean(mine)});
    }
""")),
    preserves(
        "capm", "the regression over pairs of deviations",
        ("layers/mathematics/regression.h",
         """  std::vector<double> xs, ys;
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
""",
         """  std::vector<double> xs, ys;
  xs.reserve(x.size());
  ys.reserve(y.size());
  for (size_t i = 0; i < x.size(); i++) {
    if (std::isfinite(x[i]) && std::isfinite(y[i])) {
      xs.push_back(x[i]);
      ys.push_back(y[i]);
    }
  }
  const size_t pairs = xs.size();
  Line line;
  line.n = pairs;
  if (pairs < least) return line;
  if (!(sample_sd(xs) > kRounding)) return line;

  const double x_mean = mean(xs);
  const double y_mean = mean(ys);
  Sum sxx, sxy, syy;
  for (size_t i = 0; i < pairs; i++) {
    const double dx = xs[i] - x_mean;
    const double dy = ys[i] - y_mean;
    syy += dy * dy;
    sxy += dx * dy;
    sxx += dx * dx;
  }
  const double slope = sxy / sxx;
  const double intercept = y_mean - slope * x_mean;
  line.alpha = intercept;
  line.beta = slope;

  Sum sse;
  for (size_t i = 0; i < pairs; i++) {
    const double residual = ys[i] - intercept - slope * xs[i];
    sse += residual * residual;
  }
  const auto n = static_cast<double>(pairs);
  line.residual_sd = std::sqrt(sse / (n - 2));
""")),
    alters(
        "capm", "the least number of pairs has a default",
        ("layers/mathematics/regression.h",
         "inline Line fitted_line(std::span<const double> x, std::span<const double> y, size_t least) {\n",
         """inline Line fitted_line(std::span<const double> x, std::span<const double> y,
                        size_t least = 20) {
"""),
        ("calculations/attribution/capm.cc",
         "fitted_line(market, own, kLeastPairs)",
         "fitted_line(market, own)"),
        ("calculations/attribution/capm.cc",
         "  static constexpr size_t kLeastPairs = 30;\n\n",
         ""),
        where="a user who has held something for 25 days only, hence with 25 returns: alpha and "
              "beta instead of nulls"),
    alters(
        "sector_attribution", "the benchmark's return for a return that is undefined",
        ("calculations/attribution/sector_attribution.cc",
         "value[i] == 0 ? sectors[i].ret : ret",
         "std::isnan(ret) ? sectors[i].ret : ret"),
        where="a user with an open lot, opened before the date, whose price on the date is null "
              "while its ticker has a close: the return of its sector is undefined, and selection "
              "is 0 instead of null"),
)
