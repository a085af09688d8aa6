"""Edits of psychometrics/holding and its layers."""
from edit import alters, preserves

CODE = "calculations/psychometrics/holding.cc"
BOOK = "layers/portfolio/book.h"
LOTS = "layers/schemas/lots.h"
NUMBERS = "layers/mathematics/numbers.h"
ORDER = "layers/mathematics/order.h"
WINDOW = "layers/market/ticker_window.h"

DAYS_HELD = """\
  // A lot that is opened while there is no trading is held from the next day of the calendar; the
  // calendar begins with the day after one that is older.
  double days_held(const Lot& lot, Dates calendar) const {
    size_t day = calendar.size() - books.closes.days() + static_cast<size_t>(lot.closed), days = 0;
    for (; day > 0 && lot.open_date <= calendar[day - 1]; --day) ++days;
    return static_cast<double>(days + (lot.open_date < calendar[0] ? 1 : 0));
  }
"""
LEAD = """\
  // Of the stock over all stocks, on the day of the purchase.
  double lead(const Lot& lot) const {
    const auto day = static_cast<size_t>(lot.opened);
    return momentum(lot.ticker, day) - market_momentum[day];
  }
"""
COUNT_BACK = "for (; day > 0 && lot.open_date <= calendar[day - 1]; --day) ++days;"
BAD_UNITS = """\
  if (!(units >= 0 && units <= kMostUnits)) return "units are not between 0 and 1e15";
"""
BAD_DATE = """\
  if (!lot.has(lots.open_date) || lot[lots.open_date] > date) return "open_date is after the date";
"""
UNITS = "if (!(units >= 0 && units <= kMostUnits))"

EDITS = (
    preserves(
        "holding", "class, members and locals have other names",
        (CODE, "struct Holding : PerEntity {", "struct HoldingTimes : PerEntity {"),
        (CODE, "  Holding() {", "  HoldingTimes() {"),
        (CODE, "ALMANAC_CALCULATION(Holding,", "ALMANAC_CALCULATION(HoldingTimes,"),
        (CODE, "    const double win = known ? mean(winners) : kUndefined;\n",
         "    const double of_winners = known ? mean(winners) : kUndefined;\n"),
        (CODE, "record[hold_win] = defined(win);", "record[hold_win] = defined(of_winners);"),
        (CODE, "std::log(loss / win)", "std::log(loss / of_winners)"),
        proved=True),
    preserves(
        "holding", "methods in another order",
        (CODE, DAYS_HELD + LEAD, LEAD + DAYS_HELD),
        proved=True),
    preserves(
        "holding", "while instead of for, and a difference instead of a count",
        (CODE, """static_cast<size_t>(lot.closed), days = 0;
    """ + COUNT_BACK, """static_cast<size_t>(lot.closed);
    const size_t end = day;
    while (day > 0 && !(calendar[day - 1] < lot.open_date)) day--;
    const size_t days = end - day;""")),
    preserves(
        "holding", "purchases are counted by their leads",
        (CODE, "    int64_t buys = 0;\n", ""),
        (CODE, "        ++buys;\n", ""),
        (CODE, "record[n_buys] = buys;", "record[n_buys] = leads.size();")),
    preserves(
        "holding", "independent statements in another order",
        (CODE, """        leads.push_back(lead(lot));
        ++buys;
""", """        buys++;
        leads.push_back(lead(lot));
""")),
    preserves(
        "holding", "else if, and comparisons the other way round",
        (CODE, """        if (lot.net_profit > 0) winners.push_back(days);
        if (lot.net_profit < 0) losers.push_back(days);
""", """        if (0 < lot.net_profit) {
          winners.push_back(days);
        } else if (0 > lot.net_profit) {
          losers.push_back(days);
        }
""")),
    preserves(
        "holding", "a range instead of an index over the tickers",
        (CODE, """      for (size_t t = 0; t < momentum.names().size(); ++t) {
        if (momentum.names()[t] != kMarketIndex) all.push_back(momentum(t, d));
      }
""", """      size_t t = 0;
      for (const std::string_view name : momentum.names()) {
        const double number = momentum(t++, d);
        if (name == kMarketIndex) continue;
        all.push_back(number);
      }
""")),
    preserves(
        "holding", "what is not finite is not collected",
        (CODE, "if (momentum.names()[t] != kMarketIndex) all.push_back(momentum(t, d));",
         """if (momentum.names()[t] == kMarketIndex) continue;
        if (const double number = momentum(t, d); std::isfinite(number)) all.push_back(number);"""),
        (CODE, "mean(finite(all))", "mean(all)")),
    preserves(
        "holding", "room is reserved",
        (CODE, "    market_momentum.clear();\n",
         "    market_momentum.clear();\n    market_momentum.reserve(momentum.days());\n"),
        (CODE, "      std::vector<double> all;\n",
         "      std::vector<double> all;\n      all.reserve(momentum.names().size());\n")),
    preserves(
        "holding", "an algorithm finds the unknown profit",
        (CODE, "    bool known = true;\n",
         """    const bool known = std::none_of(
        book.lots().begin(), book.lots().end(),
        [](const Lot& lot) { return !lot.is_open && std::isnan(lot.net_profit); });
"""),
        (CODE, "        known &= !std::isnan(lot.net_profit);\n", "")),
    preserves(
        "holding", "a struct holds the times",
        (CODE, "    std::vector<double> all, winners, losers, leads;\n",
         """    struct Times {
      std::vector<double> all, winners, losers;
      void add(double days, double profit) {
        all.push_back(days);
        if (profit > 0) winners.push_back(days);
        if (profit < 0) losers.push_back(days);
      }
    };
    Times times;
    std::vector<double> leads;
"""),
        (CODE, """        all.push_back(days);
        if (lot.net_profit > 0) winners.push_back(days);
        if (lot.net_profit < 0) losers.push_back(days);
""", """        times.add(days, lot.net_profit);
"""),
        (CODE, "mean(winners)", "mean(times.winners)"),
        (CODE, "mean(losers)", "mean(times.losers)"),
        (CODE, "median(all)", "median(times.all)"),
        (CODE, "all.size();", "times.all.size();")),
    preserves(
        "holding", "the time held is a function of a new layer",
        (CODE, DAYS_HELD, ""),
        (CODE, "days_held(lot, entity.calendar())",
         "days_held(lot, entity.calendar(), books.closes.days())"),
        (CODE, '#include "layers/portfolio/book.h"\n',
         '#include "layers/portfolio/book.h"\n#include "layers/portfolio/days_held.h"\n'),
        ("layers/portfolio/days_held.h", "", """// How long a lot was held.
#pragma once

#include "layers/portfolio/book.h"

// In days of the calendar; `window` is the number of days that the lot's own are counted in.
inline double days_held(const Lot& lot, almanac::Dates calendar, size_t window) {
  size_t day = calendar.size() - window + static_cast<size_t>(lot.closed), days = 0;
  for (; day > 0 && lot.open_date <= calendar[day - 1]; --day) ++days;
  return static_cast<double>(days + (lot.open_date < calendar[0] ? 1 : 0));
}
""")),
    # Times are whole and never NaN, so equal ones cannot be told apart.
    preserves(
        "holding", "another algorithm sorts",
        (ORDER, "  std::sort(sorted.begin(), sorted.end());\n  return sorted;",
         "  std::stable_sort(sorted.begin(), sorted.end());\n  return sorted;")),
    preserves(
        "holding", "a loop looks at the letters of a ticker",
        (LOTS, "  return !ticker.empty() && ticker.size() <= 16 &&"
         " std::all_of(ticker.begin(), ticker.end(), fits);\n",
         """  if (ticker.empty() || ticker.size() > 16) return false;
  for (const char c : ticker) {
    if (!fits(c)) return false;
  }
  return true;
""")),
    preserves(
        "holding", "De Morgan, and another spelling of 1e15",
        (LOTS, UNITS, "if (!(units >= 0) || !(units <= kMostUnits))"),
        (LOTS, "kMostUnits = 1e15;", "kMostUnits = 1'000'000'000'000'000;"),
        proved=True),
    preserves(
        "holding", "an algorithm adds up, in the same order",
        (NUMBERS, """  Sum sum;
  for (const double x : values) sum += x;
  return ratio(sum,""", """  const Sum sum = std::accumulate(values.begin(), values.end(), Sum(),
                                  [](Sum so_far, double x) { return so_far += x; });
  return ratio(sum,"""),
        (NUMBERS, "#include <limits>\n", "#include <limits>\n#include <numeric>\n")),
    preserves(
        "holding", "numbers lie day by day instead of ticker by ticker",
        (WINDOW, "numbers_[*find(row[ticker]) * days_ + day] = row[number];",
         "numbers_[day * names_.size() + *find(row[ticker])] = row[number];"),
        (WINDOW, "return numbers_[ticker * days_ + day];",
         "return numbers_[day * names_.size() + ticker];"),
        (WINDOW, "// ticker by ticker", "// day by day")),

    alters("holding", "a purchase on the first day does not count",
           (CODE, "lot.opened >= book.begin() &&", "lot.opened > book.begin() &&"),
           where="a long lot opened on the first of the 60 days"),
    alters("holding", "a short is a purchase",
           (CODE, "lot.opened >= book.begin() && lot.sign > 0", "lot.opened >= book.begin()"),
           where="a short opened in the window"),
    alters("holding", "the day of the purchase does not count",
           (CODE, COUNT_BACK, COUNT_BACK.replace("<=", "<")),
           where="a closed lot that was opened on a day of the calendar"),
    alters("holding", "the first day of the calendar is older than itself",
           (CODE, "lot.open_date < calendar[0] ? 1 : 0", "lot.open_date <= calendar[0] ? 1 : 0"),
           where="a closed lot that was opened on the first day of the calendar"),
    alters("holding", "the index is a stock",
           (CODE, "if (momentum.names()[t] != kMarketIndex) all", "all"),
           where="a long lot opened in the window, and a 60 day return of SP500"),
    alters("holding", "an unknown profit is none",
           (CODE, "        known &= !std::isnan(lot.net_profit);\n", ""),
           where="a closed lot whose price is null, and a winner"),
    alters("holding", "the ratio is upside down",
           (CODE, "std::log(loss / win)", "std::log(win / loss)"),
           where="a winner and a loser, held for different times"),
    alters("holding", "the market of the day before",
           (CODE, "market_momentum[day];", "market_momentum[day - 1];"),
           where="a long lot opened in the window; 60 day returns change from day to day"),
    alters("holding", "a lot closed at the end of a month is held a day longer",
           (CODE, "return static_cast<double>(days + (lot",
            """const bool month_end = (closing_of(calendar, lot) + 1).parts().day == 1;
    return static_cast<double>(days + (month_end ? 1 : 0) + (lot"""),
           (CODE, LEAD, LEAD + """  // The day of the calendar on which it was closed.
  Date closing_of(Dates calendar, const Lot& lot) const {
    return calendar[calendar.size() - books.closes.days() + static_cast<size_t>(lot.closed)];
  }
"""),
           where="a lot closed on the last day of a month"),
    alters("holding", "the upper neighbour of a quantile lies one further",
           (ORDER, "std::min(low + 1, sorted.size() - 1)", "std::min(low + 2, sorted.size() - 1)"),
           where="four closed lots, held for 1, 2, 3 and 4 days"),
    alters("holding", "another message where a close is missing",
           (BOOK, '" has no close on "', '" has no price on "'),
           where="a lot of a ticker without a close"),
    alters("holding", "another reason of a rejection",
           (LOTS, '"open_price is not above 0"', '"open_price is 0 or less"'),
           where="a lot of the date with an open_price of 0"),
    alters("holding", "defects are looked for in another order",
           (LOTS, BAD_UNITS + BAD_DATE, BAD_DATE + BAD_UNITS),
           where="a lot of the date with units of -1 that is opened tomorrow"),
    alters("holding", "fewer units are too many",
           (LOTS, "kMostUnits = 1e15;", "kMostUnits = 1e14;"),
           where="a lot with 2e14 units"),
    alters("holding", "a lot opened on its day is rejected",
           (LOTS, "lot[lots.open_date] > date)", "lot[lots.open_date] >= date)"),
           where="a lot opened on the date"),
    alters("holding", "tickers of 16 letters are too long",
           (LOTS, "ticker.size() <= 16", "ticker.size() < 16"),
           where="a lot of a ticker of 16 letters, which has a close"),
)
