"""Edits of crowd."""
from edit import alters, preserves

EDITS = (
    preserves(
        "popular_assets", "popularity ranks from sorted numbers of holders",
        ("calculations/crowd/popular_assets.cc",
         "#include <algorithm>\n",
         "#include <algorithm>\n#include <functional>\n"),
        ("calculations/crowd/popular_assets.cc",
         """    for (size_t i = 0; i < crowds.size(); ++i) {
      const Crowd& crowd = crowds[i];
      const double total = crowd.longs + crowd.shorts;
""",
         """    std::vector<int64_t> most;  // how many hold each stock, the most first
    most.reserve(crowds.size());
    for (const Crowd& crowd : crowds) most.push_back(crowd.now.users);
    std::sort(most.begin(), most.end(), std::greater<>());

    auto name = tickers.names().begin();
    for (const Crowd& crowd : crowds) {
      const double total = crowd.longs + crowd.shorts;
      const int64_t held_by = crowd.now.users;
"""),
        ("calculations/crowd/popular_assets.cc",
         "      record[ticker] = tickers.names()[i];\n",
         "      record[ticker] = *name++;\n"),
        ("calculations/crowd/popular_assets.cc",
         """      record[holders] = crowd.now.users;
      if (has_before) record[holders_chg_5d] = crowd.now.users - crowd.before.users;
""",
         """      record[holders] = held_by;
      if (has_before) record[holders_chg_5d] = held_by - crowd.before.users;
"""),
        ("calculations/crowd/popular_assets.cc",
         """      record[popularity_rank] = 1 + std::count_if(crowds.begin(), crowds.end(), [&](const auto& c) {
                                  return c.now.users > crowd.now.users;
                                });
""",
         """      const auto place = std::lower_bound(most.begin(), most.end(), held_by, std::greater<>());
      record[popularity_rank] = (place - most.begin()) + 1;
""")),
    preserves(
        "crowd_pnl_volatility", "percentiles by a table, the share of those up counted in a loop",
        ("calculations/crowd/crowd_pnl_volatility.cc",
         "#include <algorithm>\n#include <cmath>\n",
         "#include <cmath>\n"),
        ("calculations/crowd/crowd_pnl_volatility.cc",
         """    const auto up = std::count_if(sorted.begin(), sorted.end(), [](double r) { return r > 0; });
""",
         """    size_t n_up = 0;
    for (const double r : sorted) n_up += r > 0 ? 1 : 0;
"""),
        ("calculations/crowd/crowd_pnl_volatility.cc",
         """    record[p5] = defined(quantile(sorted, 0.05));
    record[p25] = defined(quantile(sorted, 0.25));
    record[p50] = defined(quantile(sorted, 0.50));
    record[p75] = defined(quantile(sorted, 0.75));
    record[p95] = defined(quantile(sorted, 0.95));
    record[skew] = defined(skewness(sorted));
""",
         """    struct Percentile {
      Out<double> place;
      double share;
    };
    const Percentile percentiles[] = {
        {p5, 0.05}, {p25, 0.25}, {p50, 0.5}, {p75, 0.75}, {p95, 0.95},
    };
    for (const Percentile& percentile : percentiles) {
      record[percentile.place] = defined(quantile(sorted, percentile.share));
    }
    record[skew] = defined(skewness(sorted));
"""),
        ("calculations/crowd/crowd_pnl_volatility.cc",
         "ratio(static_cast<double>(up), static_cast<double>(sorted.size()))",
         "ratio(static_cast<double>(n_up), static_cast<double>(sorted.size()))")),
    alters(
        "popular_assets", "days compared by an ordinal number",
        ("calculations/crowd/popular_assets.cc",
         """      const double sign = sign_of(open, lot);
      const LotNumbers numbers = numbers_of(open, lot);
      crowd.now.add(number);
      if (lot[open.open_date] <= before) crowd.before.add(number);
      (sign > 0 ? crowd.longs : crowd.shorts) += numbers.value;
""",
         """      const Date opened = lot[open.open_date];
      const LotNumbers numbers = numbers_of(open, lot);
      const double sign = sign_of(open, lot);
      crowd.now.add(number);
      if (opened <= before) crowd.before.add(number);
      Sum& side = sign > 0 ? crowd.longs : crowd.shorts;
      side += numbers.value;
"""),
        ("calculations/crowd/popular_assets.cc",
         """      if (lot[open.open_date] == user.date()) {
        crowd.flow += sign * numbers.invested;
      }
      ++crowd.lots;
""",
         """      if (ordinal(opened) == today) crowd.flow += sign * numbers.invested;
      crowd.lots++;
"""),
        ("calculations/crowd/popular_assets.cc",
         """    const Rows scores = user.rows(score);
""",
         """    const int today = ordinal(user.date());
    const Rows scores = user.rows(score);
"""),
        ("calculations/crowd/popular_assets.cc",
         """        const bool opened_today = lot[closed.open_date] == user.date();
""",
         """        const bool opened_today = ordinal(lot[closed.open_date]) == today;
"""),
        ("calculations/crowd/popular_assets.cc",
         """  // The stock of an accepted lot. Rejected lots of the day itself are counted.
""",
         """  // A number for each day, ascending: years of 366 days.
  static int ordinal(Date date) {
    static constexpr int kDaysBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    const Date::Parts parts = date.parts();
    return 366 * parts.year + kDaysBefore[parts.month - 1] + static_cast<int>(parts.day);
  }

  // The stock of an accepted lot. Rejected lots of the day itself are counted.
"""),
        where="a lot opened on 29 February 2012 and still open on 1 March 2012: on 1 March it "
              "counts as opened on the date, and net_flow has what it cost"),
    alters(
        "crowd_pnl_volatility", "percentiles by a static table",
        ("calculations/crowd/crowd_pnl_volatility.cc",
         """    record[p5] = defined(quantile(sorted, 0.05));
    record[p25] = defined(quantile(sorted, 0.25));
    record[p50] = defined(quantile(sorted, 0.50));
    record[p75] = defined(quantile(sorted, 0.75));
    record[p95] = defined(quantile(sorted, 0.95));
""",
         """    const Out<double> percentiles[] = {p5, p25, p50, p75, p95};
    for (size_t i = 0; i < std::size(percentiles); ++i) {
      record[percentiles[i]] = defined(quantile(sorted, kShares[i]));
    }
"""),
        ("calculations/crowd/crowd_pnl_volatility.cc",
         "  static constexpr uint32_t kDays = 20;\n",
         """  static constexpr uint32_t kDays = 20;
  static constexpr double kShares[] = {0.05, 0.25, 0.50, 0.70, 0.95};  // of p5 to p95
"""),
        ("calculations/crowd/crowd_pnl_volatility.cc",
         "#include <cmath>\n#include <vector>\n",
         "#include <cmath>\n#include <iterator>\n#include <vector>\n"),
        where="five users with daily returns of 0.01, 0.02, 0.03, 0.04 and 0.05: p75 is 0.038 "
              "instead of 0.04"),
)
