"""One mistake each, in plain sight."""
from edit import alters

EDITS = (
    alters("price_extractor", "log1p of the return",
             ("calculations/market/price_extractor.cc",
              "        record[log_ret] = defined(std::log(now / before(1)));\n",
              "        record[log_ret] = defined(std::log1p(now / before(1) - 1));\n"),
             where="a ticker that closes at 3 and on the next day at 4: log_ret is "
                   "0.28768207245178085 before, 0.2876820724517809 after"),

    alters("net_profit", "the quotient before the percent",
             ("calculations/portfolio/net_profit.cc",
              "    if (cost != 0) record[percent] = defined(100 * earned / cost);\n",
              "    if (cost != 0) record[percent] = defined(100 * (earned / cost));\n"),
             where="a user with one open lot, invested 100, net_profit 7, value 107: net_profit_pct is 7 "
                   "before, 7.000000000000001 after"),

    alters("return_series", "a lot is held on the day of its closing",
             ("layers/portfolio/book.h",
              "opened <= day && day < closed; }\n",
              "opened <= day && day <= closed; }\n"),
             where="2022-12-28, a user with 10 AAPL open since 2022-11-01 and 5 MSFT of 2022-11-01 that "
                   "were closed on 2022-12-20: the return of 2022-12-21 has the move of MSFT in it "
                   "after, not before"),

    alters("risk_points", "a year of 250 days",
             ("layers/market/trailing_returns.h",
              "  static constexpr uint32_t kDays = 252;\n",
              "  static constexpr uint32_t kDays = 250;\n"),
             where="2022-12-28, AAPL: risk and ret are of the last 252 returns before, of the last 250 "
                   "after; a ticker with 251 returns has neither before, both after"),

    alters("risk_geometry", "S counts as singular earlier",
             ("layers/mathematics/mean_variance.h",
              "  constexpr double kNothingLeft = 1e-12;  // of a stock's",
              "  constexpr double kNothingLeft = 1e-10;  // of a stock's"),
             where="two stocks with 252 returns each, the second's those of the first plus noise that is "
                   "uncorrelated with them and has 1e-11 of their variance: A to D, gmv_risk and "
                   "gmv_ret have values before, are null after"),

    alters("user_risk_geometry", "a triangle has no area",
             ("layers/mathematics/hull.h",
              "  if (hull.size() < 3) return 0;\n",
              "  if (hull.size() <= 3) return 0;\n"),
             where="a user with three tickers at (0.1, 0), (0.3, 0), (0.2, 10) of vol60 and percent "
                   "earned: hull_area 1 before, 0 after"),

    alters("disposition", "PLR's variance over the number of gains",
             ("layers/profiling/disposition_effect.h",
              "std::sqrt(pgr * (1 - pgr) / gains + plr * (1 - plr) / losses)",
              "std::sqrt(pgr * (1 - pgr) / gains + plr * (1 - plr) / gains)"),
             where="rg 3, pg 2, rl 1, pl 7 (5 gains, 8 losses): disposition_t is 1.913 before, 1.797 after"),

    alters("sector_attribution", "a sector's mean from a plain sum",
             ("layers/attribution/brinson.h",
              "#include <cmath>\n#include <string_view>\n",
              "#include <cmath>\n#include <numeric>\n#include <string_view>\n"),
             ("layers/attribution/brinson.h",
              "                          mean(mine)});\n",
              "                          std::accumulate(mine.begin(), mine.end(), 0.0) /\n"
              "                              static_cast<double>(mine.size())});\n"),
             where="AAPL, AMD and MSFT, all of Information Technology, with ret_1d 0.1, 0.2 and 0.3: "
                   "the sector's rb is 0.19999999999999998 before, 0.20000000000000004 after"),

    alters("popular_assets", "what is opened on a weekend flows in on Monday",
             ("calculations/crowd/popular_assets.cc",
              '''      if (lot[open.open_date] == user.date()) {
''',
              '''      const Date opened = lot[open.open_date];  // on a weekend: traded on Monday
      const int wait = opened.weekday() >= 5 ? 7 - opened.weekday() : 0;
      if (opened + wait == user.date()) {
'''),
             where="Monday 2022-12-19, one lot of AAPL, a buy with open_date Saturday 2022-12-17 and "
                   "invested 1000: net_flow of AAPL 0 before, 1000 after"),

    alters("popular_assets", "equal stocks have the last rank of their group",
             ("calculations/crowd/popular_assets.cc",
              '''      record[popularity_rank] = 1 + std::count_if(crowds.begin(), crowds.end(), [&](const auto& c) {
                                  return c.now.users > crowd.now.users;
                                });
''',
              '''      record[popularity_rank] = std::count_if(crowds.begin(), crowds.end(), [&](const auto& c) {
        return c.now.users >= crowd.now.users;
      });
'''),
             where="a date on which AAPL and MSFT have two holders each and all others fewer: both have "
                   "rank 1 before, 2 after"),
)
