"""Edits of portfolio/net_profit, daily_return, return_series and user_risk, and their layers."""
from edit import alters, preserves

NET = "calculations/portfolio/net_profit.cc"
DAILY = "calculations/portfolio/daily_return.cc"
SERIES = "calculations/portfolio/return_series.cc"
RISK = "calculations/portfolio/user_risk.cc"
BOOK = "layers/portfolio/book.h"
LOTS = "layers/schemas/lots.h"
NUMBERS = "layers/mathematics/numbers.h"
SUM = "layers/mathematics/sum.h"
WINDOW = "layers/market/ticker_window.h"

OPEN_LOTS = """\
    int64_t count = 0;
    Sum cost, earned, worth;  // undefined once a lot's numbers are
    each_lot(open, entity, [&](Date, Row lot) {
      const LotNumbers numbers = numbers_of(open, lot);
      cost += numbers.invested;
      earned += numbers.net_profit;
      worth += numbers.value;
      ++count;
    });
"""
CLOSED_LOTS = """\
    bool any_closed = false;
    Sum realised;
    each_lot(closed, entity, [&](Date date, Row lot) {
      any_closed = true;
      if (date != entity.date()) return;
      realised += numbers_of(closed, lot).net_profit;
    });
"""
PERCENT = "    if (cost != 0) record[percent] = defined(100 * earned / cost);\n"
NET_PROCESS = "  void process(const Entity& entity, Output& out) const override {\n"
NET_RECORD = """\
    record[n_open] = count;
    record[invested] = defined(cost);
    record[net_profit] = defined(earned);
    record[value] = defined(worth);
"""

NET_PROFIT = (
    preserves(
        "net_profit", "numbers are collected first, and added up one sum after the other",
        (NET, "#include <almanac/calculation.h>\n",
         "#include <almanac/calculation.h>\n\n#include <vector>\n"),
        (NET, OPEN_LOTS, """\
    std::vector<LotNumbers> held;
    each_lot(open, entity, [&](Date, Row lot) { held.push_back(numbers_of(open, lot)); });
    Sum cost, earned, worth;  // undefined once a lot's numbers are
    for (const LotNumbers& numbers : held) worth += numbers.value;
    for (const LotNumbers& numbers : held) earned += numbers.net_profit;
    for (const LotNumbers& numbers : held) cost += numbers.invested;
"""),
        (NET, "if (count == 0 && !any_closed)", "if (held.empty() && !any_closed)"),
        (NET, "record[n_open] = count;", "record[n_open] = held.size();")),
    # Only lots of the date are added up or rejected; of all others it counts that there are some.
    preserves(
        "net_profit", "days are looked at from the date backwards, until a closed lot is found",
        (NET, CLOSED_LOTS, """\
    bool any_closed = false;
    Sum realised;
    const Window days = entity.window(closed.table);
    for (size_t back = 0; back < days.size() && !any_closed; ++back) {
      const WindowDay day = days[days.size() - 1 - back];
      for (const Row lot : day.rows) {
        const char* reason = defect(closed, lot, day.date);
        if (reason != nullptr) {
          if (back == 0) entity.reject(reason);
          continue;
        }
        any_closed = true;
        if (back == 0) realised += numbers_of(closed, lot).net_profit;
      }
    }
""")),
    # What a division by 0 gives is null, as is what is not set.
    preserves(
        "net_profit", "a cost of 0 is divided by",
        (NET, PERCENT, "    record[percent] = defined(100 * earned / cost);\n")),
    preserves(
        "net_profit", "a loop looks for what is not known",
        (LOTS, """\
  const bool known = std::isfinite(lot[lots.price]) && std::isfinite(numbers.invested) &&
                     std::isfinite(numbers.net_profit) && std::isfinite(numbers.value);
  return known ? numbers : LotNumbers{kUndefined, kUndefined, kUndefined};
""", """\
  for (const double x : {numbers.value, numbers.net_profit, numbers.invested, lot[lots.price]}) {
    if (!std::isfinite(x)) return {kUndefined, kUndefined, kUndefined};
  }
  return numbers;
""")),
    # All open lots are of the date.
    preserves(
        "net_profit", "one function adds up both tables",
        (NET, NET_PROCESS, """\
  struct Totals {
    int64_t lots = 0;           // of all days
    Sum cost, earned, worth;    // of the date; undefined once a lot's numbers are
  };

  static Totals totals_of(const Lots& lots, const Entity& entity) {
    Totals totals;
    each_lot(lots, entity, [&](Date date, Row lot) {
      totals.lots++;
      if (date == entity.date()) {
        const LotNumbers numbers = numbers_of(lots, lot);
        totals.worth += numbers.value;
        totals.cost += numbers.invested;
        totals.earned += numbers.net_profit;
      }
    });
    return totals;
  }

""" + NET_PROCESS),
        (NET, OPEN_LOTS + "\n" + CLOSED_LOTS, """\
    const Totals held = totals_of(open, entity), sold = totals_of(closed, entity);
"""),
        (NET, "if (count == 0 && !any_closed) return;",
         "if (held.lots == 0 && sold.lots == 0) return;"),
        (NET, NET_RECORD + PERCENT, """\
    record[n_open] = held.lots;
    record[invested] = defined(held.cost);
    record[net_profit] = defined(held.earned);
    record[value] = defined(held.worth);
    if (held.cost != 0) record[percent] = defined(100 * held.earned / held.cost);
"""),
        (NET, "defined(realised);", "defined(sold.earned);")),

    alters("net_profit", "a user stays for 83 days, whatever the calendar",
           (NET, "      any_closed = true;\n",
            "      if (entity.date() - date < 84) any_closed = true;\n"),
           where="a user without an open lot, whose last one was closed 90 days before the date, "
                 "which are 50 of the calendar"),
    alters("net_profit", "next to no cost is none",
           (NET, "if (cost != 0)", "if (!(std::abs(cost) < 1e-9))"),
           where="one open lot, which cost 1e-10 and earned 1e-11"),
    alters("net_profit", "the percentage is of what is worth more, not of what was earned",
           (NET, "defined(100 * earned / cost)", "defined(100 * (worth - cost) / cost)"),
           where="one open lot, which cost 0.3 and earned 0.1, and is worth 0.4: the last bits"),
    alters("net_profit", "the percentage is rounded otherwise",
           (NET, "defined(100 * earned / cost)", "defined(earned / cost * 100)"),
           where="one open lot, which cost 3 and earned 1: the last bit"),
    alters("net_profit", "nothing is realised on 31 December",
           (NET, "      if (date != entity.date()) return;\n",
            """      const Date::Parts on = date.parts();
      if (date != entity.date() || (on.month == 12 && on.day == 31)) return;
"""),
           where="a lot closed on the date, a 31 December"),
    alters("net_profit", "the most units are too many",
           (LOTS, "units <= kMostUnits", "units < kMostUnits"),
           where="an open lot of exactly 1e15 units"),
)

DAILY_PUT_OUT = """\
    Record record = out.add();
    record[daily_pnl] = defined(book.pnl(book.end() - 1));
    record[daily_return] = defined(all[all.size() - 1]);
"""
DAILY_BEGIN = """\
    const Book book = books.of(entity);
    const Rows row = entity.rows(series);
    if (row.empty()) return;
"""
EARNED = """\
    return lot.sign * lot.units * (close(lot, day) - closes_(lot.ticker, size_t(day - 1)));
"""
ADD_EARNED = """\
    Sum sum;
    for (const Lot& lot : lots_) {
      if (lot.held(day - 1)) sum += earned(lot, day);
    }
    return sum;
"""

DAILY_RETURN = (
    # No lot was closed before the date, so one that was opened before it was held until then.
    preserves(
        "daily_return", "what was earned on the date is added up in place",
        (DAILY, DAILY_PUT_OUT, """\
    const auto today = book.end() - 1;
    Sum pnl;
    for (const Lot& lot : book.lots()) {
      if (lot.opened < today) pnl += book.earned(lot, today);
    }
    Record record = out.add();
    record[daily_pnl] = defined(pnl);
    record[daily_return] = defined(all[all.size() - 1]);
""")),
    # The window has two days, so there is one day of interest.
    preserves(
        "daily_return", "the first day instead of the last",
        (DAILY, "book.pnl(book.end() - 1)", "book.pnl(book.begin())")),
    preserves(
        "daily_return", "the sum of what was earned has a loop of its own",
        (BOOK, ADD_EARNED, """\
    std::vector<double> of_lots;
    for (const Lot& lot : lots_) {
      if (lot.opened >= day || lot.closed < day) continue;
      of_lots.push_back(earned(lot, day));
    }
    Sum sum;
    for (const double x : of_lots) sum += x;
    return sum;
""")),
    preserves(
        "daily_return", "finite is what is 0 less itself",
        (NUMBERS, "return std::isfinite(x) ? std::optional(x) : std::nullopt;",
         "return x - x == 0 ? std::optional(x) : std::nullopt;")),
    # A record of an entity that fails is taken back, so it may as well be added later.
    preserves(
        "daily_return", "the record is added last, and there is no early return",
        (DAILY, "    if (row.empty()) return;\n    const auto all = row[0][returns];\n"
         + DAILY_PUT_OUT, """\
    if (!row.empty()) {
      const auto all = row[0][returns];
      const double of_worth = all[all.size() - 1];
      const double earned = book.pnl(book.end() - 1);
      Record record = out.add();
      record[daily_return] = defined(of_worth);
      record[daily_pnl] = defined(earned);
    }
""")),

    alters("daily_return", "lots are looked at once there is a row",
           (DAILY, DAILY_BEGIN, """\
    const Rows row = entity.rows(series);
    if (row.empty()) return;
    const Book book = books.of(entity);
"""),
           where="a user without a row in return_series, whose only lot has units of -1: no "
                 "rejected row"),
    alters("daily_return", "an open lot has no price of its own on the date",
           (BOOK, "const bool own = day == (lot.is_open ? lot.closed - 1 : lot.closed);",
            "const bool own = day == lot.closed;"),
           where="a lot open since the day before, whose price is null; its ticker has closes"),
    alters("daily_return", "a return is rounded to 12 decimals",
           (DAILY, "defined(all[all.size() - 1])", "defined(rounded(all[all.size() - 1]))"),
           where="a last return of 1e-13"),
    alters("daily_return", "on the day after its purchase a lot earns from its own price on",
           (BOOK, EARNED, """\
    const double before =
        lot.opened == day - 1 ? lot.open_price : closes_(lot.ticker, size_t(day - 1));
    return lot.sign * lot.units * (close(lot, day) - before);
"""),
           where="a lot opened the day before, not at the close"),
    alters("daily_return", "what is worth more counts as earned",
           (DAILY, "    record[daily_pnl] = defined(book.pnl(book.end() - 1));\n",
            """    const auto today = book.end() - 1;
    record[daily_pnl] = defined(book.value(today) - book.value(today - 1));
"""),
           where="a lot opened on the date"),
)

PUSH_RETURN = "series.push_back(before > 0 ? defined(book.pnl(day) / before) : std::nullopt);"
SERIES_LOOP = """\
    for (auto day = book.begin(); day < book.end(); ++day) {
      const double before = book.value(day - 1);
      """ + PUSH_RETURN + """
    }
"""
SERIES_LIST = "    std::vector<std::optional<double>> series;\n"
DAY_OF = """\
    const auto found = std::lower_bound(dates_.begin(), dates_.end(), date);
    const auto day = static_cast<std::ptrdiff_t>(first_) + (found - dates_.begin());
    return date < dates_.front() ? day - 1 : day;
"""

RETURN_SERIES = (
    preserves(
        "return_series", "an algorithm makes the list",
        (SERIES, "#include <optional>\n",
         "#include <algorithm>\n#include <iterator>\n#include <numeric>\n#include <optional>\n"),
        (SERIES, SERIES_LIST + SERIES_LOOP, """\
    std::vector<std::ptrdiff_t> days(static_cast<size_t>(book.end() - book.begin()));
    std::iota(days.begin(), days.end(), book.begin());
    std::vector<std::optional<double>> series;
    std::transform(days.begin(), days.end(), std::back_inserter(series), [&](std::ptrdiff_t day) {
      const double before = book.value(day - 1);
      return before > 0 ? defined(book.pnl(day) / before) : std::nullopt;
    });
""")),
    # A lot's three numbers are undefined together.
    preserves(
        "return_series", "another of three numbers tells whether the price is known",
        (BOOK, "own && std::isnan(lot.value) ?", "own && std::isnan(lot.invested) ?")),
    # By what is not known, or by 0, a division gives nothing that is finite.
    preserves(
        "return_series", "the return divides by what is not known, and by 0",
        (SERIES, PUSH_RETURN,
         "series.push_back(before < 0 ? std::nullopt : defined(book.pnl(day) / before));")),
    preserves(
        "return_series", "days are searched from the last one on",
        (WINDOW, DAY_OF, """\
    size_t later = dates_.size();
    while (later > 0 && dates_[later - 1] >= date) --later;
    const auto day = static_cast<std::ptrdiff_t>(first_ + later);
    return dates_.front() <= date ? day : day - 1;
""")),
    preserves(
        "return_series", "both sums of a day are in one struct",
        (SERIES, SERIES_LOOP, """\
    struct Sums {
      Sum pnl, before;
    };
    std::vector<Sums> sums(static_cast<size_t>(book.end()));
    for (const Lot& lot : book.lots()) {
      auto day = lot.opened + 1;
      if (day < book.begin()) day = book.begin();
      for (; day < book.end() && day <= lot.closed; ++day) {
        Sums& mine = sums[static_cast<size_t>(day)];
        mine.before += book.worth(lot, day - 1);
        mine.pnl += book.earned(lot, day);
      }
    }
    for (auto day = static_cast<size_t>(book.begin()); day < sums.size(); ++day) {
      const double before = sums[day].before;
      series.push_back(before > 0 ? defined(sums[day].pnl / before) : std::nullopt);
    }
""")),

    alters("return_series", "NaN instead of null",
           (SERIES, SERIES_LIST, "    std::vector<double> series;\n"),
           (SERIES, PUSH_RETURN,
            "series.push_back(before > 0 ? book.pnl(day) / before : kUndefined);"),
           where="a day that began with nothing"),
    alters("return_series", "a day may begin with debts",
           (SERIES, "before > 0 ?", "before != 0 ?"),
           where="a short that was worth less than nothing the day before"),
    alters("return_series", "nothing is worth anything before the first day",
           (BOOK, "if (lot.held(day)) sum +=", "if (day >= begin() && lot.held(day)) sum +="),
           where="a calendar of 61 days, and a lot open all the time: the first return"),
    alters("return_series", "29 February has no return",
           (SERIES, SERIES_LOOP, """\
    for (auto day = book.begin(); day < book.end(); ++day) {
      const double before = book.value(day - 1);
      const Date::Parts on = books.closes.date(static_cast<size_t>(day)).parts();
      const bool leap = on.month == 2 && on.day == 29;
      series.push_back(before > 0 && !leap ? defined(book.pnl(day) / before) : std::nullopt);
    }
"""),
           where="a lot open since before a 29 February that is one of the 60 days"),
    alters("return_series", "a message names the date instead of the day of the closing",
           (BOOK, "closes_.date(size_t(own)).str());", "closes_.date(size_t(end() - 1)).str());"),
           where="a lot closed the day before the date, whose ticker had no close then"),
)

VALID = """\
    const std::vector<double> valid = finite(std::vector<double>(all.begin(), all.end()));
"""
CENTRE = """\
    const double year = std::sqrt(kDaysPerYear), centre = mean(valid), sd = sample_sd(valid);
"""
TOO_FEW = "    if (valid.size() < kLeastReturns) return;\n"
MEAN = "  Sum sum;\n  for (const double x : values) sum += x;\n"
SQUARES = "    for (const double r : returns) squares += std::pow(std::min(r, 0.0), 2);\n"

USER_RISK = (
    preserves(
        "user_risk", "gains are not squared",
        (RISK, SQUARES, """\
    for (const double r : returns) {
      if (r < 0) squares += r * r;
    }
""")),
    # At a new peak nothing is lost, and what was lost is never below 0.
    preserves(
        "user_risk", "a new peak is no fall",
        (RISK, """\
      peak = std::max(peak, worth);
      deepest = std::max(deepest, 1 - worth / peak);
""", """\
      if (worth > peak) {
        peak = worth;
        continue;
      }
      const double fall = 1 - worth / peak;
      if (fall > deepest) deepest = fall;
""")),
    preserves(
        "user_risk", "the mean is computed once",
        (RISK, CENTRE, """\
    const double year = std::sqrt(kDaysPerYear), centre = mean(valid);
    Sum squares;
    for (size_t i = 0; i < valid.size(); i++) squares += (valid[i] - centre) * (valid[i] - centre);
    const double sd = std::sqrt(squares / static_cast<double>(valid.size() - 1));
""")),
    # Of equal size they are the same number, or add up to 0.
    preserves(
        "user_risk", "of two terms of equal size the other one counts as the larger",
        (SUM, "std::abs(sum_) >= std::abs(x)", "std::abs(sum_) > std::abs(x)")),
    preserves(
        "user_risk", "an algorithm copies, and too few returns have a record of their own",
        (RISK, "#include <cmath>\n", "#include <cmath>\n#include <iterator>\n"),
        (RISK, VALID + "    Record record = out.add();\n" + TOO_FEW, """\
    std::vector<double> valid;
    std::copy_if(all.begin(), all.end(), std::back_inserter(valid),
                 [](double r) { return std::isfinite(r); });
    if (!(valid.size() >= kLeastReturns)) {
      out.add();
      return;
    }
"""),
        (RISK, "    record[vol] = defined(sd * year);\n",
         "    Record record = out.add();\n    record[vol] = defined(year * sd);\n")),

    alters("user_risk", "days without a return count among the 30",
           (RISK, TOO_FEW, TOO_FEW.replace("valid", "all")),
           where="30 days, of which one is null"),
    alters("user_risk", "the wrong one of two risks is too small",
           (RISK, "if (downside > kNoRisk)", "if (sd > kNoRisk)"),
           where="30 returns of -0.01"),
    alters("user_risk", "worth begins with the first day",
           (RISK, "double worth = 1, peak = 1, deepest = 0;",
            "double worth = 1, peak = 0, deepest = 0;"),
           where="30 returns, of which the first is -0.5 and all others are 0"),
    alters("user_risk", "the mean is made of a plain sum",
           (NUMBERS, MEAN, MEAN.replace("Sum sum", "double sum = 0")),
           where="30 returns of 0.1: the last bits"),
    alters("user_risk", "the root of 252 is rounded",
           (RISK, "year = std::sqrt(kDaysPerYear)", "year = 15.8745078663875"),
           where="15 returns of 0.01 and 15 of 0.02: the last digits"),
)

EDITS = (*NET_PROFIT, *DAILY_RETURN, *RETURN_SERIES, *USER_RISK)
