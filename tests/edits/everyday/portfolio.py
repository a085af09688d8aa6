"""Edits of portfolio."""
from edit import alters, preserves

EDITS = (
    preserves(
        "user_risk", "results filled in by a function, extremes by comparison",
        ("calculations/portfolio/user_risk.cc",
         """    Record record = out.add();
    if (valid.size() < kLeastReturns) return;
    const double year = std::sqrt(kDaysPerYear), centre = mean(valid), sd = sample_sd(valid);
    const double downside = downside_of(valid);
    record[vol] = defined(sd * year);
    record[mean_ret] = defined(centre * kDaysPerYear);
    if (sd > kNoRisk) record[sharpe] = defined(centre / sd * year);
    if (downside > kNoRisk) record[sortino] = defined(centre / downside * year);
    record[max_drawdown] = defined(deepest_fall(valid));
  }
""",
         """    const Record record = out.add();
    if (valid.size() >= kLeastReturns) fill(record, valid);
  }

  void fill(const Record& record, const std::vector<double>& valid) const {
    const double year = std::sqrt(kDaysPerYear);
    const double centre = mean(valid);
    record[mean_ret] = defined(centre * kDaysPerYear);

    const double sd = sample_sd(valid);
    record[vol] = defined(sd * year);
    if (sd > kNoRisk) record[sharpe] = defined(centre / sd * year);

    const double downside = downside_of(valid);
    if (downside > kNoRisk) record[sortino] = defined(centre / downside * year);

    record[max_drawdown] = defined(deepest_fall(valid));
  }
"""),
        ("calculations/portfolio/user_risk.cc",
         """    double worth = 1, peak = 1, deepest = 0;
    for (const double r : returns) {
      worth *= 1 + r;
      peak = std::max(peak, worth);
      deepest = std::max(deepest, 1 - worth / peak);
    }
    return deepest;
""",
         """    double deepest = 0;
    double peak = 1;
    double worth = 1;
    for (size_t i = 0; i < returns.size(); i++) {
      worth *= 1 + returns[i];
      if (peak < worth) peak = worth;
      const double fall = 1 - worth / peak;
      if (deepest < fall) deepest = fall;
    }
    return deepest;
""")),
    preserves(
        "net_profit", "totals in a struct, early continue for lots closed earlier",
        ("calculations/portfolio/net_profit.cc",
         """  void process(const Entity& entity, Output& out) const override {
    int64_t count = 0;
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
    each_lot(closed, entity, [&](Date date, Row lot) {
      any_closed = true;
      if (date != entity.date()) return;
      realised += numbers_of(closed, lot).net_profit;
    });
    if (count == 0 && !any_closed) return;

    Record record = out.add();
    record[n_open] = count;
    record[invested] = defined(cost);
    record[net_profit] = defined(earned);
    record[value] = defined(worth);
    if (cost != 0) record[percent] = defined(100 * earned / cost);
    record[realised_pnl] = defined(realised);
  }
""",
         """  // Of open lots.
  struct Totals {
    int64_t lots = 0;
    Sum invested, net_profit, value;  // undefined once a lot's numbers are

    void add(const LotNumbers& numbers) {
      lots++;
      value += numbers.value;
      net_profit += numbers.net_profit;
      invested += numbers.invested;
    }
  };

  void process(const Entity& entity, Output& out) const override {
    Totals totals;
    each_lot(open, entity, [&](Date, Row lot) { totals.add(numbers_of(open, lot)); });

    const Date today = entity.date();
    int64_t n_closed = 0;
    Sum realised;
    each_lot(closed, entity, [&](Date date, Row lot) {
      n_closed++;
      if (date == today) realised += numbers_of(closed, lot).net_profit;
    });

    const bool has_traded = totals.lots != 0 || n_closed != 0;
    if (has_traded) {
      Record record = out.add();
      const double cost = totals.invested;
      const double earned = totals.net_profit;
      record[n_open] = totals.lots;
      record[invested] = defined(cost);
      record[net_profit] = defined(earned);
      record[value] = defined(totals.value);
      if (cost != 0) record[percent] = defined(100 * earned / cost);
      record[realised_pnl] = defined(realised);
    }
  }
""")),
    preserves(
        "exposure", "shares by index, a lot's trades in a function",
        ("calculations/portfolio/exposure.cc",
         """    std::vector<Sum> held(books.closes.names().size());
    for (const Lot& lot : book.lots()) {
      if (lot.is_open) held[lot.ticker] += lot.value;
    }
    Sum all, squares;
    for (const double value : held) all += std::abs(value);
    for (const double value : held) squares += std::pow(ratio(std::abs(value), all), 2);
    return squares;
""",
         """    std::vector<Sum> values(books.closes.names().size());
    for (const Lot& lot : book.lots()) {
      if (!lot.is_open) continue;
      values[lot.ticker] += lot.value;
    }
    std::vector<double> sizes;  // by ticker
    sizes.reserve(values.size());
    Sum all;
    for (size_t i = 0; i < values.size(); i++) {
      sizes.push_back(std::abs(static_cast<double>(values[i])));
      all += sizes.back();
    }
    Sum squares;
    for (size_t i = 0; i < sizes.size(); i++) {
      const double share = ratio(sizes[i], all);
      squares += std::pow(share, 2);
    }
    return squares;
"""),
        ("calculations/portfolio/exposure.cc",
         """  static double turnover_of(const Book& book) {
    Sum traded, values;
    for (const Lot& lot : book.lots()) {
      if (lot.opened >= book.begin()) traded += lot.invested;
      if (!lot.is_open) traded += lot.value;
    }
    for (auto day = book.begin(); day < book.end(); ++day) values += book.value(day);
    const double mean_value = values / static_cast<double>(book.end() - book.begin());
    return mean_value > 0 ? traded / 2 / mean_value : kUndefined;
  }
""",
         """  static double mean_value_of(const Book& book) {
    const auto first = book.begin();
    const auto end = book.end();
    Sum values;
    auto day = first;
    while (day != end) {
      values += book.value(day);
      day++;
    }
    return values / static_cast<double>(end - first);
  }

  static double turnover_of(const Book& book) {
    const double mean_value = mean_value_of(book);
    if (!(mean_value > 0)) return kUndefined;
    Sum traded;
    for (const Lot& lot : book.lots()) {
      const bool is_purchase = lot.opened >= book.begin();
      const bool is_sale = !lot.is_open;
      if (is_purchase) traded += lot.invested;
      if (is_sale) traded += lot.value;
    }
    return traded / 2 / mean_value;
  }
""")),
    preserves(
        "return_series", "sums over the lots held by a template, an early continue",
        ("layers/portfolio/book.h",
         """    Sum sum;
    for (const Lot& lot : lots_) {
      if (lot.held(day)) sum += worth(lot, day);
    }
    return sum;
  }
""",
         """    return over_held(day, [&](const Lot& lot) { return worth(lot, day); });
  }
"""),
        ("layers/portfolio/book.h",
         """    Sum sum;
    for (const Lot& lot : lots_) {
      if (lot.held(day - 1)) sum += earned(lot, day);
    }
    return sum;
  }

 private:
""",
         """    return over_held(day - 1, [&](const Lot& lot) { return earned(lot, day); });
  }

 private:
  // The sum of term(lot) over the lots held at the close of a day.
  template <class Term>
  double over_held(std::ptrdiff_t day, Term term) const {
    Sum total;
    for (const Lot& lot : lots_) {
      if (!lot.held(day)) continue;
      total += term(lot);
    }
    return total;
  }

"""),
        ("calculations/portfolio/return_series.cc",
         """    for (auto day = book.begin(); day < book.end(); ++day) {
      const double before = book.value(day - 1);
      series.push_back(before > 0 ? defined(book.pnl(day) / before) : std::nullopt);
    }
""",
         """    series.reserve(static_cast<size_t>(book.end() - book.begin()));
    for (auto day = book.begin(); day < book.end(); day++) {
      const double before = book.value(day - 1);
      if (!(before > 0)) {
        series.push_back(std::nullopt);
        continue;
      }
      const double earned = book.pnl(day);
      series.push_back(defined(earned / before));
    }
""")),
    alters(
        "exposure", "history a day shorter",
        ("calculations/portfolio/exposure.cc",
         "dataset(\"history\").window(kWindow).optional()",
         "dataset(\"history\").window(kWindow - 1).optional()"),
        where="a user who holds something and closed a lot 59 days of the calendar before the date: "
              "its proceeds are not in the turnover"),
    alters(
        "net_profit", "sums named alike, what was closed on the day by its number",
        ("calculations/portfolio/net_profit.cc",
         """    int64_t count = 0;
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
    each_lot(closed, entity, [&](Date date, Row lot) {
      any_closed = true;
      if (date != entity.date()) return;
      realised += numbers_of(closed, lot).net_profit;
    });
    if (count == 0 && !any_closed) return;

""",
         """    Sum cost, earned, worth;  // undefined once a lot's numbers are
    int64_t count = 0;
    each_lot(open, entity, [&](Date, Row lot) {
      count++;
      const auto [lot_cost, lot_earned, lot_worth] = numbers_of(open, lot);
      cost += lot_cost;
      earned += lot_earned;
      worth += lot_worth;
    });

    const unsigned today = entity.date().parts().day;
    bool any_closed = false;
    Sum realised;
    each_lot(closed, entity, [&](Date date, Row lot) {
      any_closed = true;
      if (date.parts().day == today) realised += numbers_of(closed, lot).net_profit;
    });
    const bool has_row = count != 0 || any_closed;
    if (!has_row) return;

"""),
        where="a user who closed a lot with a profit exactly one calendar month before the date, "
              "which is among the last 60 trading days: realised_pnl has that profit, too"),
    alters(
        "daily_return", "what lots earned summed in a double",
        ("layers/portfolio/book.h",
         """    Sum sum;
    for (const Lot& lot : lots_) {
      if (lot.held(day - 1)) sum += earned(lot, day);
    }
    return sum;
""",
         """    double sum = 0;
    for (const Lot& lot : lots_) {
      if (lot.held(day - 1)) sum += earned(lot, day);
    }
    return sum;
"""),
        where="a user with open lots of 0.1, 0.2 and 0.3 units, in this order, of a stock that "
              "rises from 1 to 2 on the date: daily_pnl is 0.6000000000000001 instead of 0.6"),
    alters(
        "user_risk", "the deepest fall by comparison",
        ("calculations/portfolio/user_risk.cc",
         """    double worth = 1, peak = 1, deepest = 0;
    for (const double r : returns) {
      worth *= 1 + r;
      peak = std::max(peak, worth);
      deepest = std::max(deepest, 1 - worth / peak);
    }
    return deepest;
""",
         """    double deepest = 0;
    double peak = 0;
    double worth = 1;
    for (const double r : returns) {
      worth *= 1 + r;
      if (worth > peak) peak = worth;
      const double fall = 1 - worth / peak;
      if (fall > deepest) deepest = fall;
    }
    return deepest;
"""),
        where="a user whose first return is -0.2 and whose others are all 0.001: max_drawdown is 0 "
              "instead of 0.2"),
)
