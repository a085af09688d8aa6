"""Edits that change what few inputs give, and were once called the same."""
from edit import alters

POPULAR = "calculations/crowd/popular_assets.cc"
BANDS = "layers/market/bands.h"
ORDER = "layers/mathematics/order.h"
HULL = "layers/mathematics/hull.h"

EDITS = (
    alters("popular_assets", "users are told apart by their ids",
           (POPULAR, "    int64_t number = 0;  // of the user, from 1\n", ""),
           (POPULAR, "      add(user, ++number, has_before",
            "      add(user, user.id<int64_t>(), has_before"),
           (POPULAR, "    int64_t last = 0;\n", "    int64_t last = -1;  // none\n"),
           where="user_id is -1 for one user, who alone holds a stock that is in "
                 "price_extractor: its holders are 0 instead of 1"),
    alters("popular_assets", "the last user is kept in 16 bits",
           (POPULAR, "    int64_t last = 0;\n", "    uint16_t last = 0;\n"),
           where="more than 65,535 users, of whom one of the later has two lots of a stock: the "
                 "user counts twice"),
    alters("price_layers", "cuts in percent",
           (BANDS, "  for (const double cut : {0.15, 0.25, 0.40, 0.60}) "
                   "layer += cut <= volatility ? 1 : 0;\n", """\
  const double percent = 100 * volatility;
  for (const int cut : {15, 25, 40, 60}) layer += cut <= percent ? 1 : 0;
"""), where="a ticker's log_ret is 0.024559613253766904 and -0.024559613253766904 in turn on the "
            "last 20 days: vol20 is 0.39999999999999997, and vol_layer was 2 and is 3"),
    alters("smart_money_score", "ties by the values themselves",
           (ORDER, "while (end < order.size() && keys[order[end]] == keys[order[begin]]) ++end;",
            "while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;"),
           where="two users with the same alpha_t 1.0 and the same list of 60 random returns, "
                 "whose sharpe is 0.5 and 0.5000000000001: their shares were 0.5 and 0.5, and are "
                 "0.25 and 0.75"),
    alters("smart_money_score", "ranks of pairs, which are not rounded",
           (ORDER, "#include <span>\n", "#include <span>\n#include <utility>\n"),
           (ORDER, """\
  std::vector<size_t> order;
  std::vector<double> keys(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    keys[i] = rounded(values[i]);
    if (std::isfinite(values[i])) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return keys[a] < keys[b]; });
""", """\
  std::vector<std::pair<double, size_t>> order;  // value, position
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) order.emplace_back(values[i], i);
  }
  std::sort(order.begin(), order.end());
"""),
           (ORDER, "while (end < order.size() && keys[order[end]] == keys[order[begin]]) ++end;",
            "while (end < order.size() && order[end].first == order[begin].first) ++end;"),
           (ORDER, "shares[order[i]] = (average", "shares[order[i].second] = (average"),
           where="two users whose sharpe differs by 1e-15: they are not tied any more"),
    alters("risk_points", "the turn at the middle point",
           (HULL, """\
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
""",
            """\
  return (a.x - o.x) * (b.y - a.y) - (a.y - o.y) * (b.x - a.x);
"""),
           where="three tickers and no other, with returns on 252 days of 0.02 and -0.003 by "
                 "turns, of twice (0.04, -0.006) and of three times these (0.06, "
                 "-0.009000000000000001), as funds with leverage have: points "
                 "(0.18292013801774337, 2.142), (0.36584027603548674, 4.284), "
                 "(0.5487604140532301, 6.425999999999999). They were collinear (hull: first and "
                 "last); now rounding turns left and the second is on_hull, too"),
    alters("popular_assets", "a bit for each stock that a user is counted for, 64 of them",
           (POPULAR, """\
#include <algorithm>
#include <limits>
""",
            """\
#include <algorithm>
#include <bitset>
#include <limits>
"""),
           (POPULAR, """\
  // Users of one kind. Lots of one user follow each other, so the last one is all to remember.
  struct Count {
    int64_t users = 0;
    int64_t last = 0;
    void add(int64_t user) { users += std::exchange(last, user) != user; }
  };
  struct Crowd {        // of one stock
    Count now, before;  // who holds it, now and 5 days back
""",
            """\
  // The stocks that a user was counted for.
  struct Stocks {
    std::bitset<64> known;
    int64_t add(size_t stock) {  // 1 where it is new
      const bool is_new = !known.test(stock);
      known.set(stock);
      return is_new ? 1 : 0;
    }
  };
  struct Crowd {                      // of one stock
    int64_t holders = 0, before = 0;  // users who hold it, now and 5 days back
"""),
           (POPULAR, """\
    int64_t number = 0;  // of the user, from 1
""",
            ""),
           (POPULAR, """\
      add(user, ++number, has_before ? history[0].date : kBeforeAllDays, tickers, crowds);
""",
            """\
      add(user, has_before ? history[0].date : kBeforeAllDays, tickers, crowds);
"""),
           (POPULAR, """\
  void add(const Entity& user, int64_t number, Date before, const Tickers& tickers,
           std::vector<Crowd>& crowds) const {
""",
            """\
  void add(const Entity& user, Date before, const Tickers& tickers,
           std::vector<Crowd>& crowds) const {
    Stocks now, then;
"""),
           (POPULAR, """\
      crowd.now.add(number);
      if (lot[open.open_date] <= before) crowd.before.add(number);
""",
            """\
      crowd.holders += now.add(*stock);
      if (lot[open.open_date] <= before) crowd.before += then.add(*stock);
"""),
           (POPULAR, """\
        if (lot[closed.open_date] <= before) crowd.before.add(number);
""",
            """\
        if (lot[closed.open_date] <= before) crowd.before += then.add(*stock);
"""),
           (POPULAR, """\
      record[holders] = crowd.now.users;
""",
            """\
      record[holders] = crowd.holders;
"""),
           (POPULAR, """\
record[holders_chg_5d] = crowd.now.users - crowd.before.users;
""",
            """\
record[holders_chg_5d] = crowd.holders - crowd.before;
"""),
           (POPULAR, """\
return c.now.users > crowd.now.users;
""",
            """\
return c.holders > crowd.holders;
"""),
           where="a date on which price_extractor has 65 stocks beside SP500, and a user with "
                 "an accepted lot of the last by name: it was counted, and std::bitset::test "
                 "throws out_of_range, so that the date has no result"),
)
