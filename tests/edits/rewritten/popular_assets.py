"""Edits of popular_assets, written without a look at the others."""
from edit import alters, preserves

POPULAR = "calculations/crowd/popular_assets.cc"

EDITS = (
    preserves("popular_assets", "ranks from sorted counts", (POPULAR, """\
    for (size_t i = 0; i < crowds.size(); ++i) {
      const Crowd& crowd = crowds[i];
      const double total = crowd.longs + crowd.shorts;
      Record record = out.add();
""", """\
    std::vector<int64_t> counts;  // of users, ascending
    for (const Crowd& crowd : crowds) counts.push_back(crowd.now.users);
    std::sort(counts.begin(), counts.end());
    for (size_t i = 0; i < crowds.size(); ++i) {
      const Crowd& crowd = crowds[i];
      const double longs = crowd.longs, shorts = crowd.shorts;
      const auto more = counts.end() - std::upper_bound(counts.begin(), counts.end(),
                                                        crowd.now.users);
      Record record = out.add();
"""), (POPULAR, """\
      record[long_value] = defined(crowd.longs);
      record[short_value] = defined(crowd.shorts);
      if (total != 0) record[sentiment] = defined((crowd.longs - crowd.shorts) / total);
""", """\
      record[long_value] = defined(longs);
      record[short_value] = defined(shorts);
      record[sentiment] = defined(ratio(longs - shorts, longs + shorts));
"""), (POPULAR, """\
      record[popularity_rank] = 1 + std::count_if(crowds.begin(), crowds.end(), [&](const auto& c) {
                                  return c.now.users > crowd.now.users;
                                });
""", """\
      record[popularity_rank] = 1 + more;
"""), (POPULAR, """\
    void add(int64_t user) { users += std::exchange(last, user) != user; }
""", """\
    void add(int64_t user) {
      if (user == last) return;
      last = user;
      ++users;
    }
""")),
    preserves("popular_assets", "open and closed lots apart", (POPULAR, """\
    const Rows scores = user.rows(score);
    const double skill = scores.empty() ? kUndefined : scores[0][smart_score];
    for (const Row lot : user.rows(open.table)) {
      const auto stock = stock_of(open, lot, user.date(), tickers, user);
      if (!stock) continue;
      Crowd& crowd = crowds[*stock];
      const double sign = sign_of(open, lot);
      const LotNumbers numbers = numbers_of(open, lot);
      crowd.now.add(number);
      if (lot[open.open_date] <= before) crowd.before.add(number);
      (sign > 0 ? crowd.longs : crowd.shorts) += numbers.value;
      if (std::isfinite(skill)) {
        crowd.smart += skill * sign * numbers.value;
        crowd.scored += skill * numbers.value;
      }
      if (lot[open.open_date] == user.date()) {
        crowd.flow += sign * numbers.invested;
      }
      ++crowd.lots;
    }
    for (const WindowDay closing : user.window(closed.table)) {
      if (closing.date <= before) continue;
      for (const Row lot : closing.rows) {
        const auto stock = stock_of(closed, lot, closing.date, tickers, user);
        if (!stock) continue;
        Crowd& crowd = crowds[*stock];
        if (lot[closed.open_date] <= before) crowd.before.add(number);
        if (closing.date != user.date()) continue;
        const double sign = sign_of(closed, lot);
        const LotNumbers numbers = numbers_of(closed, lot);
        const bool opened_today = lot[closed.open_date] == user.date();
        crowd.flow += sign * ((opened_today ? numbers.invested : 0) - numbers.value);
      }
    }
  }
""", """\
    const Rows scores = user.rows(score);
    const double skill = scores.empty() ? kUndefined : scores[0][smart_score];
    for (const Row lot : user.rows(open.table)) {
      if (const auto stock = stock_of(open, lot, user.date(), tickers, user)) {
        Crowd& crowd = crowds[*stock];
        add_open(lot, lot[open.open_date] == user.date(), skill, crowd);
        crowd.now.add(number);
        if (lot[open.open_date] <= before) crowd.before.add(number);
      }
    }
    for (const WindowDay closing : user.window(closed.table)) {
      if (closing.date > before) add_closed(closing, user, number, before, tickers, crowds);
    }
  }

  void add_open(Row lot, bool opened_today, double skill, Crowd& crowd) const {
    const double sign = sign_of(open, lot);
    const auto [invested, net_profit, value] = numbers_of(open, lot);
    ++crowd.lots;
    if (sign > 0)
      crowd.longs += value;
    else
      crowd.shorts += value;
    if (opened_today) crowd.flow += sign * invested;
    if (!std::isfinite(skill)) return;
    crowd.smart += skill * sign * value;
    crowd.scored += skill * value;
  }

  // What was closed on a day after `before` was held then, if it was opened before. Of what moves
  // today, only today's count.
  void add_closed(const WindowDay& closing, const Entity& user, int64_t number, Date before,
                  const Tickers& tickers, std::vector<Crowd>& crowds) const {
    const bool today = closing.date == user.date();
    for (const Row lot : closing.rows) {
      const auto stock = stock_of(closed, lot, closing.date, tickers, user);
      if (!stock) continue;
      Crowd& crowd = crowds[*stock];
      const Date opened = lot[closed.open_date];
      if (today) {
        const double sign = sign_of(closed, lot);
        const LotNumbers numbers = numbers_of(closed, lot);
        const double bought = opened == user.date() ? numbers.invested : 0;
        crowd.flow += sign * (bought - numbers.value);
      }
      if (opened <= before) crowd.before.add(number);
    }
  }
""")),
    alters("popular_assets", "purchase and sale of a day are two flows", (POPULAR, """\
        crowd.flow += sign * ((opened_today ? numbers.invested : 0) - numbers.value);
""", """\
        if (opened_today) crowd.flow += sign * numbers.invested;
        crowd.flow += -sign * numbers.value;
"""), where="one user: a buy of a stock, open, opened today, with invested = 721.82, and a buy of "
            "the same stock that was opened and closed today, with invested = 229.53 and value = "
            "945.33: net_flow is 6.02000000000001 instead of 6.019999999999982"),
)
