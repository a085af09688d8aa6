"""Edits of portfolio."""
from edit import alters, preserves

EDITS = (
    alters("daily_return", "the last return that is known", (
        "calculations/portfolio/daily_return.cc",
        """    const auto all = row[0][returns];
    Record record = out.add();
    record[daily_pnl] = defined(book.pnl(book.end() - 1));
    record[daily_return] = defined(all[all.size() - 1]);
""",
        """    const auto all = row[0][returns];
    size_t latest = all.size() - 1;
    while (latest > 0 && std::isnan(all[latest])) --latest;
    Record record = out.add();
    record[daily_pnl] = defined(book.pnl(book.end() - 1));
    record[daily_return] = defined(all[latest]);
"""), where="a user who closed the only lot two days before the date, with a return of 0.01 that"
            " day: daily_return is null, becomes 0.01"),

    alters("exposure", "the mean value is over a whole window", (
        "calculations/portfolio/exposure.cc",
        """    for (auto day = book.begin(); day < book.end(); ++day) values += book.value(day);
    const double mean_value = values / static_cast<double>(book.end() - book.begin());
""",
        """    auto day = book.begin();
    while (day < book.end()) values += book.value(day++);
    const double mean_value = values / static_cast<double>(kWindow);
"""), where="the tenth day of the calendar, one lot bought on the fifth for 100 and worth 100 since:"
            " the mean is over 60 days instead of the 10 there are, turnover is six times as much"),

    preserves("net_profit", "the sums of open lots as a struct", (
        "calculations/portfolio/net_profit.cc",
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
""",
        """  // Of open lots; the sums are undefined once a lot's numbers are.
  struct Totals {
    int64_t count = 0;
    Sum invested, net_profit, value;

    void add(const LotNumbers& numbers) {
      value += numbers.value;
      net_profit += numbers.net_profit;
      invested += numbers.invested;
      count++;
    }
  };

  void process(const Entity& entity, Output& out) const override {
    Totals totals;
    each_lot(open, entity, [&](Date, Row lot) { totals.add(numbers_of(open, lot)); });

    const Date today = entity.date();
    size_t n_closed = 0;
    Sum realised;
    each_lot(closed, entity, [&](Date date, Row lot) {
      ++n_closed;
      if (date == today) {
        const auto [cost, earned, worth] = numbers_of(closed, lot);
        realised += earned;
        (void)cost, (void)worth;
      }
    });

    if (totals.count != 0 || n_closed > 0) {
      const double cost = totals.invested, earned = totals.net_profit;
      Record record = out.add();
      record[n_open] = totals.count;
      record[invested] = defined(cost);
      record[net_profit] = defined(earned);
      record[value] = defined(totals.value);
      if (!(cost == 0)) record[percent] = defined(100 * earned / cost);
      record[realised_pnl] = defined(realised);
    }
""")),

    alters("net_profit", "dates are compared by a day number that knows no leap years", (
        "layers/schemas/lots.h",
        """// Why a row of the tables""",
        """// Days since the year 0, for comparing.
inline int64_t day_number(almanac::Date date) {
  constexpr int64_t kBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  const auto [year, month, day] = date.parts();
  return int64_t{year} * 365 + kBefore[month - 1] + static_cast<int64_t>(day);
}

// Whether a lot of the tables of `date` was opened only later.
inline bool opened_later(almanac::Date opened, almanac::Date date) {
  return day_number(opened) > day_number(date);
}

// Why a row of the tables"""), (
        "layers/schemas/lots.h",
        """  if (!lot.has(lots.open_date) || lot[lots.open_date] > date) return "open_date is after the date";
""",
        """  if (!lot.has(lots.open_date) || opened_later(lot[lots.open_date], date)) {
    return "open_date is after the date";
  }
"""), where="positions of 2012-02-29 with a lot whose open_date is 2012-03-01, beside a good one:"
            " n_open is 1, becomes 2"),

    preserves("return_series", "the return of a day by a function, while instead of for", (
        "calculations/portfolio/return_series.cc",
        """    std::vector<std::optional<double>> series;
    for (auto day = book.begin(); day < book.end(); ++day) {
      const double before = book.value(day - 1);
      series.push_back(before > 0 ? defined(book.pnl(day) / before) : std::nullopt);
    }
    Record record = out.add();
    record[returns] = series;
  }
""",
        """    std::vector<std::optional<double>> series;
    series.reserve(kWindow);
    std::ptrdiff_t day = book.begin();
    while (day < book.end()) series.push_back(return_on(book, day++));
    Record record = out.add();
    record[returns] = series;
  }

 private:
  static std::optional<double> return_on(const Book& book, std::ptrdiff_t day) {
    const double before = book.value(day - 1);
    if (!(before > 0)) return std::nullopt;  // nothing, debts, or not known
    const double earned = book.pnl(day);
    return defined(earned / before);
  }
""")),

    alters("return_series", "a day that began with debts has a return", (
        "calculations/portfolio/return_series.cc",
        """    for (auto day = book.begin(); day < book.end(); ++day) {
      const double before = book.value(day - 1);
      series.push_back(before > 0 ? defined(book.pnl(day) / before) : std::nullopt);
    }
    Record record = out.add();
    record[returns] = series;
  }
""",
        """    for (auto day = book.begin(); day < book.end(); day++) {
      series.push_back(return_of(book, day));
    }
    Record record = out.add();
    record[returns] = series;
  }

  // Null where it is not defined.
  static std::optional<double> return_of(const Book& book, std::ptrdiff_t day) {
    const double before = book.value(day - 1);
    const double earned = book.pnl(day);
    return defined(ratio(earned, before));
  }
"""), where="one short of 1 unit opened at 10, whose ticker closes at 25 and then at 26: worth -5 the"
            " day before, the last return is null, becomes 0.2"),

    preserves("user_risk", "comparisons instead of std::min and std::max", (
        "calculations/portfolio/user_risk.cc",
        """    for (const double r : returns) squares += std::pow(std::min(r, 0.0), 2);
    return""",
        """    for (size_t i = 0; i < returns.size(); i++) {
      const double shortfall = returns[i] > 0 ? 0.0 : returns[i];
      squares += std::pow(shortfall, 2);
    }
    return"""), (
        "calculations/portfolio/user_risk.cc",
        """      peak = std::max(peak, worth);
      deepest = std::max(deepest, 1 - worth / peak);
""",
        """      if (worth > peak) peak = worth;
      const double fall = 1 - worth / peak;
      if (fall > deepest) deepest = fall;
""")),

    alters("user_risk", "worth does not begin as a peak", (
        "calculations/portfolio/user_risk.cc",
        """    double worth = 1, peak = 1, deepest = 0;
    for (const double r : returns) {
      worth *= 1 + r;
      peak = std::max(peak, worth);
      deepest = std::max(deepest, 1 - worth / peak);
    }
    return deepest;
""",
        """    double worth = 1;
    double peak = 0;
    double deepest = 0;
    for (size_t i = 0; i < returns.size(); ++i) {
      worth *= 1 + returns[i];
      if (worth > peak) peak = worth;
      const double fall = 1 - worth / peak;
      if (fall > deepest) deepest = fall;
    }
    return deepest;
"""), where="30 returns, the first -0.1 and the others 0.001: max_drawdown is 0.1, becomes 0"),
)
