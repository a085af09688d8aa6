"""Edits of portfolio, as a review may bring them."""
from edit import alters, preserves

NET_PROFIT = "calculations/portfolio/net_profit.cc"
EXPOSURE = "calculations/portfolio/exposure.cc"
USER_RISK = "calculations/portfolio/user_risk.cc"
RETURN_SERIES = "calculations/portfolio/return_series.cc"
SUM = "layers/mathematics/sum.h"
BOOK = "layers/portfolio/book.h"

EDITS = (
    alters(
        "net_profit", "Kahan's error term",
        (SUM,
         """    error_ += std::abs(sum_) >= std::abs(x) ? (sum_ - next) + x : (x - next) + sum_;
""",
         """    error_ += (sum_ - next) + x;
"""),
        where="open lots of one user, in this order: 1 unit at 1, 1e15 units at 10, 1 unit at 1 "
              "(invested 1, 1e16, 1): invested 10000000000000002 before; after, the first 1 is "
              "lost, as (1 - 1e16) + 1e16 is 0, and 1e16 + 1 is 1e16"),
    alters(
        "net_profit", "day numbers of 30 a month",
        (NET_PROFIT,
         """  NetProfit() { lines({"crowd"}); }
""",
         """  NetProfit() { lines({"crowd"}); }

  // Months of 30 days, as interest is counted.
  static int day_number(Date date) {
    const Date::Parts parts = date.parts();
    return (parts.year * 12 + static_cast<int>(parts.month)) * 30 + static_cast<int>(parts.day);
  }
"""),
        (NET_PROFIT,
         """    bool any_closed = false;
    Sum realised;
    each_lot(closed, entity, [&](Date date, Row lot) {
      any_closed = true;
      if (date != entity.date()) return;
      realised += numbers_of(closed, lot).net_profit;
    });
    if (count == 0 && !any_closed) return;
""",
         """    size_t sales = 0;
    Sum realised;
    const int today = day_number(entity.date());
    each_lot(closed, entity, [&](Date date, Row lot) {
      ++sales;
      const int age = today - day_number(date);
      if (age == 0) realised += numbers_of(closed, lot).net_profit;
    });
    if (count == 0 && sales == 0) return;
"""),
        where="2022-02-01, a user whose one sale, with net_profit 50, was on 2022-01-31: "
              "realised_pnl 0 before, 50 after; 31 January and 1 February have one number"),
    preserves(
        "net_profit", "totals in a struct",
        (NET_PROFIT,
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

    Record record = out.add();
    record[n_open] = count;
    record[invested] = defined(cost);
    record[net_profit] = defined(earned);
    record[value] = defined(worth);
    if (cost != 0) record[percent] = defined(100 * earned / cost);
    record[realised_pnl] = defined(realised);
  }
""",
         """    Totals held, sold_today;
    each_lot(open, entity, [&](Date, Row lot) { held.add(numbers_of(open, lot)); });
    int64_t sales = 0;
    each_lot(closed, entity, [&](Date date, Row lot) {
      sales++;
      if (date == entity.date()) sold_today.add(numbers_of(closed, lot));
    });
    if (held.lots > 0 || sales > 0) put_out(held, sold_today, out);
  }

 private:
  struct Totals {  // undefined once a lot's numbers are
    int64_t lots = 0;
    Sum invested, net_profit, value;

    void add(const LotNumbers& numbers) {
      ++lots;
      value += numbers.value;
      net_profit += numbers.net_profit;
      invested += numbers.invested;
    }
  };

  void put_out(const Totals& held, const Totals& sold_today, Output& out) const {
    const double cost = held.invested, earned = held.net_profit;
    Record record = out.add();
    record[realised_pnl] = defined(sold_today.net_profit);
    record[value] = defined(held.value);
    record[net_profit] = defined(earned);
    record[invested] = defined(cost);
    record[percent] = cost == 0 ? std::nullopt : defined(100 * earned / cost);
    record[n_open] = held.lots;
  }
""")),
    alters(
        "exposure", "shares of the absolute net value",
        (EXPOSURE, "#include <cmath>\n#include <vector>\n",
         "#include <algorithm>\n#include <cmath>\n#include <vector>\n"),
        (EXPOSURE,
         """    Sum all, squares;
    for (const double value : held) all += std::abs(value);
    for (const double value : held) squares += std::pow(ratio(std::abs(value), all), 2);
    return squares;
""",
         """    std::vector<double> shares(held.begin(), held.end());
    Sum whole;
    for (const double value : shares) whole += value;
    const double scale = std::abs(static_cast<double>(whole));
    std::ranges::transform(shares, shares.begin(),
                           [&](double value) { return std::abs(ratio(value, scale)); });
    Sum squares;
    for (const double share : shares) squares += std::pow(share, 2);
    return squares;
"""),
        where="a user with two open lots: A worth 300, and a short of B worth -100 (10 units sold "
              "at 10, now at 30): hhi 0.75^2 + 0.25^2 = 0.625 before, 1.5^2 + 0.5^2 = 2.5 after"),
    alters(
        "exposure", "purchases from day 1",
        (EXPOSURE,
         """  static double turnover_of(const Book& book) {
    Sum traded, values;
    for (const Lot& lot : book.lots()) {
      if (lot.opened >= book.begin()) traded += lot.invested;
      if (!lot.is_open) traded += lot.value;
    }
""",
         """  // In the days of interest; those opened before have 0 or less.
  static bool is_purchase(const Lot& lot) { return lot.opened > 0; }
  static bool is_sale(const Lot& lot) { return !lot.is_open; }

  static double turnover_of(const Book& book) {
    Sum traded, values;
    for (const Lot& lot : book.lots()) {
      if (is_purchase(lot)) traded += lot.invested;
      if (is_sale(lot)) traded += lot.value;
    }
"""),
        where="2010-01-15, where the calendar begins on 2010-01-04 (10 days, the first is 51), a "
              "user with one open lot of 2009-12-20 (day 50): turnover 0 before, the lot's cost / "
              "2 / mean value after"),
    preserves(
        "exposure", "turnover in two functions",
        (EXPOSURE,
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
         """  static double turnover_of(const Book& book) {
    const double worth = mean_value(book);
    if (!(worth > 0)) return kUndefined;
    return traded_in(book) / 2 / worth;
  }

  // At the closes of all days.
  static double mean_value(const Book& book) {
    Sum values;
    std::ptrdiff_t day = book.begin();
    while (day != book.end()) values += book.value(day++);
    const std::ptrdiff_t days = book.end() - book.begin();
    return values / static_cast<double>(days);
  }

  // Purchases and sales.
  static double traded_in(const Book& book) {
    Sum money;
    const std::ptrdiff_t first = book.begin();
    for (const Lot& lot : book.lots()) {
      if (first <= lot.opened) money += lot.invested;
      if (lot.is_open) continue;
      money += lot.value;
    }
    return money;
  }
""")),
    alters(
        "user_risk", "drawdown from a curve of worths",
        (USER_RISK,
         """    double worth = 1, peak = 1, deepest = 0;
    for (const double r : returns) {
      worth *= 1 + r;
      peak = std::max(peak, worth);
      deepest = std::max(deepest, 1 - worth / peak);
    }
    return deepest;
""",
         """    std::vector<double> worths;
    worths.reserve(returns.size());
    for (const double r : returns) {
      const double before = worths.empty() ? 1 : worths.back();
      worths.push_back(before * (1 + r));
    }
    double peak = worths.front(), deepest = 0;
    for (const double worth : worths) {
      peak = std::max(peak, worth);
      deepest = std::max(deepest, 1 - worth / peak);
    }
    return deepest;
"""),
        where="30 returns, the first -0.5, the others 0: max_drawdown 0.5 before, 0 after, as the "
              "worth of 1 before the first return is no peak"),
    alters(
        "user_risk", "half of the days instead of 30",
        (USER_RISK,
         """    const std::vector<double> valid = finite(std::vector<double>(all.begin(), all.end()));
    Record record = out.add();
    if (valid.size() < kLeastReturns) return;
""",
         """    const std::vector<double> valid = finite(std::vector<double>(all.begin(), all.end()));
    Record record = out.add();
    const bool enough = 2 * valid.size() >= all.size();  // of the days, at least half
    if (!enough) return;
"""),
        where="the 20th day of the calendar, a list of 20 returns, the first null: vol, mean_ret "
              "null before, set after; with all 60 days it is the same rule"),
    preserves(
        "user_risk", "accumulate, ifs for max",
        (USER_RISK, "#include <cmath>\n#include <vector>\n",
         "#include <cmath>\n#include <numeric>\n#include <vector>\n"),
        (USER_RISK,
         """    Sum squares;
    for (const double r : returns) squares += std::pow(std::min(r, 0.0), 2);
    return std::sqrt(squares / static_cast<double>(returns.size()));
""",
         """    const auto n = static_cast<double>(returns.size());
    const double squares =
        std::accumulate(returns.begin(), returns.end(), Sum(), [](Sum sum, double r) {
          sum += std::pow(std::min(r, 0.0), 2);
          return sum;
        });
    return std::sqrt(squares / n);
"""),
        (USER_RISK,
         """      peak = std::max(peak, worth);
      deepest = std::max(deepest, 1 - worth / peak);
    }
""",
         """      if (peak < worth) peak = worth;
      const double fall = 1 - worth / peak;
      if (deepest < fall) deepest = fall;
    }
""")),
    alters(
        "return_series", "ratio for the test of the value before",
        (RETURN_SERIES,
         """      const double before = book.value(day - 1);
      series.push_back(before > 0 ? defined(book.pnl(day) / before) : std::nullopt);
""",
         """      // Undefined where the day began with nothing.
      series.push_back(defined(ratio(book.pnl(day), book.value(day - 1))));
"""),
        where="a user with one short lot, 1 unit sold at 10, with closes 25 and 30 on the last two "
              "days: worth 10 - 15 = -5 the day before; the last return null before, -5 / -5 = 1 "
              "after"),
    preserves(
        "return_series", "renamed, by index, a function for a day",
        (RETURN_SERIES,
         """    std::vector<std::optional<double>> series;
    for (auto day = book.begin(); day < book.end(); ++day) {
      const double before = book.value(day - 1);
      series.push_back(before > 0 ? defined(book.pnl(day) / before) : std::nullopt);
    }
    Record record = out.add();
    record[returns] = series;
  }
""",
         """    /* one element for each day,
       the oldest one first */
    const auto n = static_cast<size_t>(book.end() - book.begin());
    std::vector<std::optional<double>> by_day(n);
    std::ptrdiff_t day = book.begin();
    for (size_t i = 0; i < n; i++)
    {
      by_day[i] = return_on(book, day++);
    }
    out.add()[returns] = by_day;
  }

  // Null where the day began with nothing, with debts, or with what is not known.
  static std::optional<double> return_on(const Book& book, std::ptrdiff_t day) {
    [[maybe_unused]] constexpr double kNothing = 0;
    const double worth = book.value(day - 1);
    if (!(worth > 0)) return std::nullopt;
    const double earned = book.pnl(day);
    return defined(earned / worth);
  }
""")),
    alters(
        "daily_return", "a missing close is permanent",
        (BOOK,
         """    const auto ticker = closes_.find(lot[lots.ticker]);
    const std::ptrdiff_t own = std::min(closed, end() - 1);
    if (!ticker || std::isnan(closes_(*ticker, size_t(own)))) {
      throw std::runtime_error(std::string(lot[lots.ticker]) + " has no close on " +
                               closes_.date(size_t(own)).str());
    }
""",
         """    const auto ticker = closes_.find(lot[lots.ticker]);
    const std::ptrdiff_t own = std::min(closed, end() - 1);
    const bool priced = ticker && !std::isnan(closes_(*ticker, size_t(own)));
    if (!priced) {  // to try again does not bring it
      throw almanac::PermanentError(std::string(lot[lots.ticker]) + " has no close on " +
                                    closes_.date(size_t(own)).str());
    }
"""),
        where="user 1 holds ABC, which has a close today, user 2 XYZ, which has none: user 1 has a "
              "row and user 2 fails before; the whole cell fails after, nobody has a row"),
    preserves(
        "daily_return", "lot in a file of its own",
        ("layers/portfolio/lot.h", "",
         """// A user's lot, as a Book sees it.
#pragma once

#include <almanac/calculation.h>

#include <cstddef>

// Days are those of a window of closes; the first one is the day before the days of interest.
struct Lot {
  size_t ticker;
  std::ptrdiff_t opened;  // 0 or less: before the days of interest
  std::ptrdiff_t closed;  // days() of the window where it is open
  double sign, units, open_price;
  double invested, net_profit, value;  // undefined where the price is not known
  almanac::Date open_date;
  bool is_open;

  bool held(std::ptrdiff_t day) const { return !(day < opened || day >= closed); }
};
"""),
        (BOOK,
         """// Days are those of a window of closes; the first one is the day before the days of interest.
struct Lot {
  size_t ticker;
  std::ptrdiff_t opened;  // 0 or less: before the days of interest
  std::ptrdiff_t closed;  // days() of the window where it is open
  double sign, units, open_price;
  double invested, net_profit, value;  // undefined where the price is not known
  almanac::Date open_date;
  bool is_open;

  bool held(std::ptrdiff_t day) const { return opened <= day && day < closed; }
};

""", ""),
        (BOOK, """#include "layers/mathematics/numbers.h"
""", """#include "layers/mathematics/numbers.h"
#include "layers/portfolio/lot.h"
"""),
        (BOOK,
         """      if (lot.held(day - 1)) sum += earned(lot, day);
""",
         """      if (!lot.held(day - 1)) continue;
      sum += earned(lot, day);
""")),
)
