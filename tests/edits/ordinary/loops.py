"""Loops, counting and temporaries."""
from edit import preserves

EDITS = (
    # loops
    preserves("smart_money_score", "rank_shares: the end of a group by find_if",
          ("layers/mathematics/order.h",
           '''  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    end = begin + 1;
    while (end < order.size() && keys[order[end]] == keys[order[begin]]) ++end;
    const double average = static_cast<double>(begin + 1 + end) / 2;
    for (size_t i = begin; i < end; ++i) {
      shares[order[i]] = (average - 0.5) / static_cast<double>(order.size());
    }
  }
''',
           '''  size_t begin = 0;
  while (begin < order.size()) {
    const double key = keys[order[begin]];
    const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto next = std::find_if(first, order.end(), [&](size_t i) { return keys[i] != key; });
    const auto end = static_cast<size_t>(next - order.begin());
    const double average = static_cast<double>(begin + 1 + end) / 2;
    std::for_each(first, next, [&](size_t i) {
      shares[i] = (average - 0.5) / static_cast<double>(order.size());
    });
    begin = end;
  }
''')),

    preserves("revenge_trading", "is_recent: std::find instead of a loop",
          ("calculations/psychometrics/revenge_trading.cc",
           '''    const size_t end = losses.size() - (books.closes.days() - day);
    for (size_t i = end - std::min<size_t>(end, kRecent); i < end; ++i) {
      if (losses[i]) return true;
    }
    return false;
''',
           '''    const size_t end = losses.size() - (books.closes.days() - day);
    const size_t count = std::min<size_t>(end, kRecent);
    const auto last = losses.begin() + static_cast<std::ptrdiff_t>(end);
    return std::find(last - static_cast<std::ptrdiff_t>(count), last, true) != last;
''')),

    preserves("disposition_skew", "central_moment: an index and a while loop",
          ("layers/mathematics/moments.h",
           '''  for (const double x : values) {
    double term = x - centre;
    for (int i = 1; i < power; ++i) term *= x - centre;
    sum += term;
  }
''',
           '''  for (size_t i = 0; i < values.size(); ++i) {
    const double deviation = values[i] - centre;
    double term = deviation;
    int factors = 1;
    while (factors < power) {
      term *= deviation;
      ++factors;
    }
    sum += term;
  }
''')),

    # counting
    preserves("price_layers", "bands: conditions that count",
          ("layers/market/bands.h",
           '''  return (close > sma20 ? 1 : 0) | (close > sma50 ? 2 : 0) | (close > sma200 ? 4 : 0) |
         (sma50 > sma200 ? 8 : 0);
''',
           '''  int64_t mask = 0;
  if (close > sma20) mask += 1;
  if (close > sma50) mask += 2;
  if (close > sma200) mask += 4;
  if (sma50 > sma200) mask += 8;
  return mask;
'''),
          ("layers/market/bands.h",
           '''  for (const double cut : {0.15, 0.25, 0.40, 0.60}) layer += cut <= volatility ? 1 : 0;
''',
           '''  for (const double cut : {0.15, 0.25, 0.40, 0.60}) {
    if (cut <= volatility) layer++;
  }
''')),

    preserves("risk_points", "i++ in the hull, += 1 for the points",
          ("calculations/risk/risk_points.cc",
           "      ++point;\n",
           "      point += 1;\n"),
          ("layers/market/trailing_returns.h",
           "i < days.size(); ++i) {\n",
           "i < days.size(); i++) {\n"),
          ("layers/mathematics/hull.h",
           "  for (size_t i = 0; i < hull.size(); ++i) {\n",
           "  for (size_t i = 0; i < hull.size(); i += 1) {\n"),
          ("layers/mathematics/hull.h",
           "  for (size_t i = 1; i < hull.size(); ++i) {\n",
           "  for (size_t i = 1; i < hull.size(); i++) {\n")),

    # temporaries
    preserves("daily_return", "named: the date's P&L and the last of the series",
          ("calculations/portfolio/daily_return.cc",
           '''    const auto all = row[0][returns];
    Record record = out.add();
    record[daily_pnl] = defined(book.pnl(book.end() - 1));
    record[daily_return] = defined(all[all.size() - 1]);
''',
           '''    const Row mine = row[0];
    const List<double> all = mine[returns];
    const size_t latest = all.size() - 1;
    const double today = all[latest];
    const std::ptrdiff_t date = book.end() - 1;
    const double earned = book.pnl(date);
    Record record = out.add();
    record[daily_pnl] = defined(earned);
    record[daily_return] = defined(today);
''')),

    preserves("risk_geometry", "mean_variance: named steps",
          ("layers/mathematics/mean_variance.h",
           '''    const double centre = mean(stock), risk = sample_sd(stock) * std::sqrt(kDaysPerYear);
''',
           '''    const double centre = mean(stock);
    const double daily_risk = sample_sd(stock);
    const double risk = daily_risk * year;
'''),
          ("layers/mathematics/mean_variance.h",
           '''  Eigen::VectorXd ones(n), means(n);  // 1 and mu, each in units of the stock's risk
''',
           '''  Eigen::VectorXd ones(n), means(n);  // 1 and mu, each in units of the stock's risk
  const double year = std::sqrt(kDaysPerYear);
'''),
          ("layers/mathematics/mean_variance.h",
           '''    means[i] = centre * kDaysPerYear / risk;
''',
           '''    const double annual = centre * kDaysPerYear;
    means[i] = annual / risk;
'''),
          ("layers/mathematics/mean_variance.h",
           '''  return MeanVariance{A, B, C, B * C - A * A};
''',
           '''  const double D = B * C - A * A;
  return MeanVariance{A, B, C, D};
''')),

    preserves("sector_attribution", "effects_of: differences computed once",
          ("layers/attribution/brinson.h",
           '''  return {(wp - wb) * (rb - whole), wb * (rp - rb), (wp - wb) * (rp - rb)};
''',
           '''  const double overweight = wp - wb;
  const double outperformance = rp - rb;
  const double allocation = overweight * (rb - whole);
  const double selection = wb * outperformance;
  return {allocation, selection, overweight * outperformance};
''')),
)
