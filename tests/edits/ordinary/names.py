"""Names, and the order of what is independent."""
from edit import preserves

EDITS = (
    # names
    preserves("last_close", "members and locals say whose close they are",
          ("calculations/market/last_close.cc",
           '''  Table prices = dataset("prices");
  In<double> price = prices["close"];
  Table before = previous();
  In<double> close_before = before["close"];
''',
           '''  Table quotes = dataset("prices");
  In<double> quoted = quotes["close"];
  Table yesterday = previous();
  In<double> known_close = yesterday["close"];
'''),
          ("calculations/market/last_close.cc",
           '''    const Rows state = entity.rows(before), quote = entity.rows(prices);
    const double earlier = state.empty() ? kUndefined : state[0][close_before];
    const double today = quote.empty() ? kUndefined : quote[0][price];
    Record record = out.add();
    record[close] = defined(std::isfinite(today) ? today : earlier);
    record[previous_close] = defined(earlier);
''',
           '''    const Rows known = entity.rows(yesterday), quote = entity.rows(quotes);
    const double old_close = known.empty() ? kUndefined : known[0][known_close];
    const double new_close = quote.empty() ? kUndefined : quote[0][quoted];
    Record record = out.add();
    record[close] = defined(std::isfinite(new_close) ? new_close : old_close);
    record[previous_close] = defined(old_close);
''')),

    preserves("capm", "fitted_line becomes ols_line, residual_sd residual_deviation",
          ("layers/mathematics/regression.h",
           "  double residual_sd = kUndefined;  // s\n",
           "  double residual_deviation = kUndefined;  // s\n"),
          ("layers/mathematics/regression.h",
           "inline Line fitted_line(std::span<const double> x, std::span<const double> y, size_t least) {\n",
           "inline Line ols_line(std::span<const double> x, std::span<const double> y, size_t least) {\n"),
          ("layers/mathematics/regression.h",
           '''  line.residual_sd = std::sqrt(sse / (n - 2));
  const double error = line.residual_sd * std::sqrt(1 / n + x_mean * x_mean / sxx);
  if (error > kRounding) line.alpha_t = line.alpha / error;
''',
           '''  line.residual_deviation = std::sqrt(sse / (n - 2));
  const double alpha_error = line.residual_deviation * std::sqrt(1 / n + x_mean * x_mean / sxx);
  if (alpha_error > kRounding) line.alpha_t = line.alpha / alpha_error;
'''),
          ("calculations/attribution/capm.cc",
           "    const Line line = fitted_line(market, own, kLeastPairs);\n",
           "    const Line line = ols_line(market, own, kLeastPairs);\n"),
          ("calculations/attribution/capm.cc",
           "defined(line.residual_sd * std::sqrt(kDaysPerYear))",
           "defined(line.residual_deviation * std::sqrt(kDaysPerYear))"),
          ("calculations/profiling/smart_money_score.cc",
           "        return fitted_line(half(market, before_last), half(own, before_last), kLeastPairs).alpha_t;\n",
           "        return ols_line(half(market, before_last), half(own, before_last), kLeastPairs).alpha_t;\n")),

    preserves("popular_assets", "Count becomes Holders, with members that say what they are",
          ("calculations/crowd/popular_assets.cc",
           '''  struct Count {
    int64_t users = 0;
    int64_t last = 0;
    void add(int64_t user) { users += std::exchange(last, user) != user; }
  };
  struct Crowd {        // of one stock
    Count now, before;  // who holds it, now and 5 days back
''',
           '''  struct Holders {
    int64_t number = 0;
    int64_t latest = 0;
    void see(int64_t user) { number += std::exchange(latest, user) != user; }
  };
  struct Crowd {          // of one stock
    Holders now, before;  // who holds it, now and 5 days back
'''),
          ("calculations/crowd/popular_assets.cc",
           '''      crowd.now.add(number);
      if (lot[open.open_date] <= before) crowd.before.add(number);
''',
           '''      crowd.now.see(number);
      if (lot[open.open_date] <= before) crowd.before.see(number);
'''),
          ("calculations/crowd/popular_assets.cc",
           "        if (lot[closed.open_date] <= before) crowd.before.add(number);\n",
           "        if (lot[closed.open_date] <= before) crowd.before.see(number);\n"),
          ("calculations/crowd/popular_assets.cc",
           '''      record[holders] = crowd.now.users;
      if (has_before) record[holders_chg_5d] = crowd.now.users - crowd.before.users;
''',
           '''      record[holders] = crowd.now.number;
      if (has_before) record[holders_chg_5d] = crowd.now.number - crowd.before.number;
'''),
          ("calculations/crowd/popular_assets.cc",
           "                                  return c.now.users > crowd.now.users;\n",
           "                                  return c.now.number > crowd.now.number;\n")),

    # order of what is independent
    preserves("net_profit", "declarations first, columns in another order",
          ("calculations/portfolio/net_profit.cc",
           '''    int64_t count = 0;
    Sum cost, earned, worth;  // undefined once a lot's numbers are
    each_lot(open, entity, [&](Date, Row lot) {
      const LotNumbers numbers = numbers_of(open, lot);
      cost += numbers.invested;
      earned += numbers.net_profit;
      worth += numbers.value;
      ++count;
    });

    bool any_closed = false;
    Sum realised;
''',
           '''    Sum worth, earned, cost, realised;  // undefined once a lot's numbers are
    bool any_closed = false;
    int64_t count = 0;
    each_lot(open, entity, [&](Date, Row lot) {
      ++count;
      const LotNumbers numbers = numbers_of(open, lot);
      worth += numbers.value;
      earned += numbers.net_profit;
      cost += numbers.invested;
    });

'''),
          ("calculations/portfolio/net_profit.cc",
           '''    record[n_open] = count;
    record[invested] = defined(cost);
    record[net_profit] = defined(earned);
    record[value] = defined(worth);
    if (cost != 0) record[percent] = defined(100 * earned / cost);
    record[realised_pnl] = defined(realised);
''',
           '''    record[realised_pnl] = defined(realised);
    record[value] = defined(worth);
    if (cost != 0) record[percent] = defined(100 * earned / cost);
    record[net_profit] = defined(earned);
    record[invested] = defined(cost);
    record[n_open] = count;
''')),

    preserves("user_risk", "the drawdown before the downside, in process and below",
          ("calculations/portfolio/user_risk.cc",
           '''    const double year = std::sqrt(kDaysPerYear), centre = mean(valid), sd = sample_sd(valid);
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
''',
           '''    record[max_drawdown] = defined(deepest_fall(valid));
    const double sd = sample_sd(valid), centre = mean(valid), year = std::sqrt(kDaysPerYear);
    record[mean_ret] = defined(centre * kDaysPerYear);
    record[vol] = defined(sd * year);
    const double downside = downside_of(valid);
    if (downside > kNoRisk) record[sortino] = defined(centre / downside * year);
    if (sd > kNoRisk) record[sharpe] = defined(centre / sd * year);
  }

  static double deepest_fall(const std::vector<double>& returns) {
    double deepest = 0, peak = 1, worth = 1;
    for (const double r : returns) {
      worth *= 1 + r;
      peak = std::max(peak, worth);
      deepest = std::max(deepest, 1 - worth / peak);
    }
    return deepest;
  }

  static double downside_of(const std::vector<double>& returns) {
    Sum squares;
    for (const double r : returns) squares += std::pow(std::min(r, 0.0), 2);
    return std::sqrt(squares / static_cast<double>(returns.size()));
  }
''')),

    preserves("rsi", "Wilder: rsi() before add(), losses before gains",
          ("layers/market/wilder.h",
           '''  void add(double change) {
    const double gain = change > 0 ? change : 0, loss = change < 0 ? -change : 0;
    ++bars;
    if (bars <= kPeriod) {
      avg_gain += gain / kPeriod;
      avg_loss += loss / kPeriod;
    } else {
      avg_gain = ((kPeriod - 1) * avg_gain + gain) / kPeriod;
      avg_loss = ((kPeriod - 1) * avg_loss + loss) / kPeriod;
    }
  }

  // Null before bar 14.
  std::optional<double> rsi() const {
    if (bars < kPeriod) return std::nullopt;
    const double moves = avg_gain + avg_loss;
    return moves == 0 ? 0 : 100 * (avg_gain / moves);
  }
};
''',
           '''  // Null before bar 14.
  std::optional<double> rsi() const {
    if (bars < kPeriod) return std::nullopt;
    const double moves = avg_gain + avg_loss;
    return moves == 0 ? 0 : 100 * (avg_gain / moves);
  }

  void add(double change) {
    ++bars;
    const double loss = change < 0 ? -change : 0, gain = change > 0 ? change : 0;
    if (bars <= kPeriod) {
      avg_loss += loss / kPeriod;
      avg_gain += gain / kPeriod;
    } else {
      avg_loss = ((kPeriod - 1) * avg_loss + loss) / kPeriod;
      avg_gain = ((kPeriod - 1) * avg_gain + gain) / kPeriod;
    }
  }
};
''')),
)
