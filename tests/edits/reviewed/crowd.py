"""Edits of crowd, as a review may bring them."""
from edit import alters, preserves

CROWD = "calculations/crowd/crowd_pnl_volatility.cc"
POPULAR = "calculations/crowd/popular_assets.cc"

CROWD_FIRST = """      if (std::isfinite(row[0][daily_return])) returns.push_back(row[0][daily_return]);
"""
CROWD_SORTED = """    const std::vector<double> sorted = ascending(returns);
    const auto up = std::count_if(sorted.begin(), sorted.end(), [](double r) { return r > 0; });
"""
RANK = """      record[popularity_rank] = 1 + std::count_if(crowds.begin(), crowds.end(), [&](const auto& c) {
                                  return c.now.users > crowd.now.users;
                                });
"""

EDITS = (
    alters(
        "crowd_pnl_volatility", "returns sorted as they come, in a set",
        (CROWD, "#include <cmath>\n#include <vector>\n",
         "#include <cmath>\n#include <iterator>\n#include <set>\n#include <vector>\n"),
        (CROWD, "    std::vector<double> returns;\n    std::vector<CrowdDay> days(kDays);",
         "    std::set<double> returns;  // ascending\n    std::vector<CrowdDay> days(kDays);"),
        (CROWD, CROWD_FIRST,
         """      const double own = row[0][daily_return];
      if (std::isfinite(own)) returns.insert(own);
"""),
        (CROWD, CROWD_SORTED,
         """    const std::vector<double> sorted(returns.begin(), returns.end());
    const auto up = std::distance(returns.upper_bound(0.0), returns.end());
"""),
        where="two users who both hold one unit of the same stock and nothing else, so with the "
              "same daily_return: n 2 and std 0 before, 1 and null after"),
    preserves(
        "crowd_pnl_volatility", "returns sorted as they come, with repetitions",
        (CROWD, "#include <cmath>\n#include <vector>\n",
         "#include <cmath>\n#include <iterator>\n#include <set>\n#include <vector>\n"),
        (CROWD, "    std::vector<double> returns;\n    std::vector<CrowdDay> days(kDays);",
         "    std::multiset<double> returns;  // ascending\n    std::vector<CrowdDay> days(kDays);"),
        (CROWD, CROWD_FIRST,
         """      const double own = row[0][daily_return];
      if (std::isfinite(own)) returns.insert(own);
"""),
        (CROWD, CROWD_SORTED,
         """    const std::vector<double> sorted(returns.begin(), returns.end());
    const auto up = std::distance(returns.upper_bound(0.0), returns.end());
""")),
    preserves(
        "crowd_pnl_volatility", "percentiles in a table, crowd by transform",
        (CROWD,
         """        if (!std::isfinite(earned) || !std::isfinite(before)) continue;
        CrowdDay& all = days[static_cast<size_t>(day - 1)];  // the window begins a day earlier
        all.pnl += earned;
        all.value_before += before;
      }
    }
    std::vector<double> crowd;
    for (const CrowdDay& all : days) crowd.push_back(ratio(all.pnl, all.value_before));
""",
         """        if (std::isfinite(earned) && std::isfinite(before)) {
          const auto place = static_cast<size_t>(day) - 1;  // the window begins a day earlier
          days[place].value_before += before;
          days[place].pnl += earned;
        }
      }
    }
    std::vector<double> crowd(days.size());
    std::transform(days.begin(), days.end(), crowd.begin(),
                   [](const CrowdDay& all) { return ratio(all.pnl, all.value_before); });
"""),
        (CROWD,
         """    record[p5] = defined(quantile(sorted, 0.05));
    record[p25] = defined(quantile(sorted, 0.25));
    record[p50] = defined(quantile(sorted, 0.50));
    record[p75] = defined(quantile(sorted, 0.75));
    record[p95] = defined(quantile(sorted, 0.95));
""",
         """    const struct {
      Out<double> into;
      double share;
    } percentiles[] = {{p95, 0.95}, {p75, 0.75}, {p50, 0.50}, {p25, 0.25}, {p5, 0.05}};
    for (const auto& percentile : percentiles) {
      record[percentile.into] = defined(quantile(sorted, percentile.share));
    }
""")),
    alters(
        "popular_assets", "days compared by month and day",
        (POPULAR,
         """  void add(const Entity& user, int64_t number, Date before, const Tickers& tickers,
           std::vector<Crowd>& crowds) const {
""",
         """  // 1224 for Christmas Eve; what lies within a few days needs no year.
  static unsigned month_and_day(Date date) {
    const auto [year, month, day] = date.parts();
    return month * 100 + day;
  }

  void add(const Entity& user, int64_t number, Date before, const Tickers& tickers,
           std::vector<Crowd>& crowds) const {
"""),
        (POPULAR,
         """    for (const WindowDay closing : user.window(closed.table)) {
      if (closing.date <= before) continue;
      for (const Row lot : closing.rows) {
        const auto stock = stock_of(closed, lot, closing.date, tickers, user);
        if (!stock) continue;
        Crowd& crowd = crowds[*stock];
        if (lot[closed.open_date] <= before) crowd.before.add(number);
        if (closing.date != user.date()) continue;
        const double sign = sign_of(closed, lot);
""",
         """    const bool any_before = before != kBeforeAllDays;
    const unsigned last_before = month_and_day(before), today = month_and_day(user.date());
    for (const WindowDay closing : user.window(closed.table)) {
      const unsigned here = month_and_day(closing.date);
      if (any_before && here <= last_before) continue;
      for (const Row lot : closing.rows) {
        const auto stock = stock_of(closed, lot, closing.date, tickers, user);
        if (!stock) continue;
        Crowd& crowd = crowds[*stock];
        if (lot[closed.open_date] <= before) crowd.before.add(number);
        if (here != today) continue;
        const double sign = sign_of(closed, lot);
"""),
        where="2022-01-03, the window goes back to 2021-12-27: the only user's lot of ABC of 2021-"
              "11-01 was closed on 2022-01-03 at a value of 500: net_flow of ABC -500 before, 0 "
              "after, as 103 <= 1227; holders_chg_5d -1 and 0"),
    alters(
        "popular_assets", "ranks by the counts that there are",
        (POPULAR, "#include <algorithm>\n#include <limits>\n",
         "#include <algorithm>\n#include <functional>\n#include <limits>\n"),
        (POPULAR,
         """    for (size_t i = 0; i < crowds.size(); ++i) {
      const Crowd& crowd = crowds[i];
""",
         """    std::vector<int64_t> counts;  // of holders, descending
    for (const Crowd& crowd : crowds) counts.push_back(crowd.now.users);
    std::sort(counts.begin(), counts.end(), std::greater<>());
    counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
    for (size_t i = 0; i < crowds.size(); ++i) {
      const Crowd& crowd = crowds[i];
"""),
        (POPULAR, RANK,
         """      const auto place = std::lower_bound(counts.begin(), counts.end(), crowd.now.users,
                                          std::greater<>());
      record[popularity_rank] = 1 + (place - counts.begin());
"""),
        where="three stocks with 2, 2 and 1 holders: popularity_rank 1, 1, 3 before, 1, 1, 2 after"),
    preserves(
        "popular_assets", "ranks by sorted counts",
        (POPULAR, "#include <algorithm>\n#include <limits>\n",
         "#include <algorithm>\n#include <functional>\n#include <limits>\n"),
        (POPULAR,
         """    for (size_t i = 0; i < crowds.size(); ++i) {
      const Crowd& crowd = crowds[i];
      const double total = crowd.longs + crowd.shorts;
      Record record = out.add();
      record[ticker] = tickers.names()[i];
      record[holders] = crowd.now.users;
      if (has_before) record[holders_chg_5d] = crowd.now.users - crowd.before.users;
      record[lots] = crowd.lots;
      record[long_value] = defined(crowd.longs);
      record[short_value] = defined(crowd.shorts);
      if (total != 0) record[sentiment] = defined((crowd.longs - crowd.shorts) / total);
""",
         """    std::vector<int64_t> counts;  // of holders, descending
    counts.reserve(crowds.size());
    for (const Crowd& each : crowds) counts.push_back(each.now.users);
    std::sort(counts.begin(), counts.end(), std::greater<>());
    auto name = tickers.names().begin();
    for (const Crowd& crowd : crowds) {
      const double longs = crowd.longs, shorts = crowd.shorts, total = longs + shorts;
      Record record = out.add();
      record[ticker] = *name++;
      record[holders] = crowd.now.users;
      record[lots] = crowd.lots;
      record[long_value] = defined(longs);
      record[short_value] = defined(shorts);
      if (has_before) record[holders_chg_5d] = crowd.now.users - crowd.before.users;
      if (!(total == 0)) record[sentiment] = defined((longs - shorts) / total);
"""),
        (POPULAR, RANK,
         """      const auto place = std::lower_bound(counts.begin(), counts.end(), crowd.now.users,
                                          std::greater<>());
      record[popularity_rank] = 1 + (place - counts.begin());
""")),
)
