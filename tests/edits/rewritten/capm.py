"""Edits of capm, written without a look at the others."""
from edit import alters, preserves

CAPM = "calculations/attribution/capm.cc"
MARKET_RETURNS = "layers/market/market_returns.h"
REGRESSION = "layers/mathematics/regression.h"

EDITS = (
    preserves("capm", "the line from named sums", (REGRESSION, """\
  constexpr double kRounding = 1e-15;  // a deviation that is rounding alone
""", """\
  constexpr double kNoise = 1e-15;  // a deviation that is rounding alone
"""), (REGRESSION, """\
// Through the pairs of which both values are defined.""", """\
// The sum over all i of (a[i] - a_mean) (b[i] - b_mean).
inline double co_deviation(std::span<const double> a, double a_mean, std::span<const double> b,
                           double b_mean) {
  Sum products;
  for (size_t i = 0; i < a.size(); ++i) products += (a[i] - a_mean) * (b[i] - b_mean);
  return products;
}

// The sum of the squared distances from the line.
inline double squared_residuals(const Line& line, std::span<const double> x,
                                std::span<const double> y) {
  Sum squares;
  for (size_t i = 0; i < x.size(); ++i) {
    const double without_alpha = y[i] - line.alpha;
    const double residual = without_alpha - line.beta * x[i];
    squares += residual * residual;
  }
  return squares;
}

// Through the pairs of which both values are defined."""), (REGRESSION, """\
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
""", """\
    if (std::isfinite(x[i]) && std::isfinite(y[i])) {
      xs.push_back(x[i]);
      ys.push_back(y[i]);
    }
  }
  Line line;
  line.n = xs.size();
  const bool enough = line.n >= least && sample_sd(xs) > kNoise;
  if (!enough) return line;

  const double x_mean = mean(xs), y_mean = mean(ys);
  const double sxx = co_deviation(xs, x_mean, xs, x_mean);
  line.beta = co_deviation(xs, x_mean, ys, y_mean) / sxx;
  line.alpha = y_mean - line.beta * x_mean;

  const auto n = static_cast<double>(line.n);
  const double sse = squared_residuals(line, xs, ys);
  line.residual_sd = std::sqrt(sse / (n - 2));
  const double leverage = 1 / n + x_mean * x_mean / sxx;
  const double standard_error = line.residual_sd * std::sqrt(leverage);
  if (standard_error > kNoise) line.alpha_t = line.alpha / standard_error;
  if (sample_sd(ys) > kNoise) line.r2 = 1 - sse / co_deviation(ys, y_mean, ys, y_mean);
  return line;
""")),
    preserves("capm", "the index on one day is a function", (MARKET_RETURNS, """\
// `ret_1d` is a column of `table`, price_extractor with a window.
""", """\
// Undefined where the index is not among the rows of the day, or has no return.
inline double index_return(const almanac::Rows& rows, almanac::In<std::string_view> ticker,
                           almanac::In<double> ret_1d) {
  double found = kUndefined;
  for (size_t i = 0; i < rows.size(); ++i) {
    const almanac::Row row = rows[i];
    if (row[ticker] != kMarketIndex) continue;
    found = row[ret_1d];
  }
  return found;
}

// `ret_1d` is a column of `table`, price_extractor with a window.
"""), (MARKET_RETURNS, """\
  std::vector<double> returns;
  for (const almanac::WindowDay there : day.window(table)) {
    returns.push_back(kUndefined);
    for (const almanac::Row row : there.rows) {
      if (row[ticker] == kMarketIndex) returns.back() = row[ret_1d];
    }
  }
  return returns;
""", """\
  const almanac::Window days = day.window(table);
  std::vector<double> returns(days.size());
  for (size_t i = 0; i < returns.size(); ++i) {
    returns[i] = index_return(days[i].rows, ticker, ret_1d);
  }
  return returns;
"""), (CAPM, """\
  std::vector<double> market;
  void prepare(const Day& day) override { market = market_returns(day, extracted, ticker, ret_1d); }
""", """\
  std::vector<double> index_returns;  // of the days that the users' returns are of
  void prepare(const Day& day) override {
    index_returns = market_returns(day, extracted, ticker, ret_1d);
  }
"""), (CAPM, """\
    const auto row = entity.rows(series)[0][returns];
    const std::vector<double> own(row.begin(), row.end());
    const Line line = fitted_line(market, own, kLeastPairs);
    Record record = out.add();
    record[alpha_ann] = defined(line.alpha * kDaysPerYear);
    record[beta] = defined(line.beta);
    record[alpha_t] = defined(line.alpha_t);
    record[r2] = defined(line.r2);
    record[resid_vol] = defined(line.residual_sd * std::sqrt(kDaysPerYear));
    record[n_obs] = line.n;
""", """\
    const Rows rows = entity.rows(series);
    const List<double> list = rows[0][returns];
    std::vector<double> own;
    own.reserve(list.size());
    for (const double ret : list) own.push_back(ret);
    put_out(fitted_line(index_returns, own, kLeastPairs), out);
  }

  void put_out(const Line& line, Output& out) const {
    Record record = out.add();
    const auto put = [&](Out<double> column, double value) { record[column] = defined(value); };
    record[n_obs] = line.n;
    put(alpha_ann, line.alpha * kDaysPerYear);
    put(resid_vol, line.residual_sd * std::sqrt(kDaysPerYear));
    put(alpha_t, line.alpha_t);
    put(beta, line.beta);
    put(r2, line.r2);
""")),
    alters("capm", "r2 wherever it can be divided",
           (REGRESSION, "  if (sample_sd(ys) > kRounding) line.r2", "  if (syy > 0) line.r2"),
           where="30 days on which the index goes up and down by 0.01 in turn, and a user whose "
                 "returns are 0.1 on 29 of them and the next double above 0.1 on the last: the "
                 "standard deviation is 2.6e-18, so r2 is null; now it is 0.0333"),
    alters("capm", "returns of the index gathered without a copy", (CAPM, """\
  void prepare(const Day& day) override { market = market_returns(day, extracted, ticker, ret_1d); }
""", """\
  void prepare(const Day& day) override {
    for (const WindowDay there : day.window(extracted)) {
      market.push_back(kUndefined);
      for (const Row row : there.rows) {
        if (row[ticker] == kMarketIndex) market.back() = row[ret_1d];
      }
    }
  }
"""), where="a date with 5,200 users, who come in batches of 5,000: in the second batch the list "
            "of the index is longer than those of the users, which throws, so these 200 users "
            "have no row instead of one"),
)
