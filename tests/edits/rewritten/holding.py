"""Edits of holding, written without a look at the others."""
from edit import alters, preserves

HOLDING = "calculations/psychometrics/holding.cc"

EDITS = (
    preserves(
        "holding", "whole days: exact totals, median of integers by nth_element",
        (HOLDING, """\
    std::vector<double> all, winners, losers, leads;
    bool known = true;
    int64_t buys = 0;
    for (const Lot& lot : book.lots()) {
      if (!lot.is_open) {
        const double days = days_held(lot, entity.calendar());
        known &= !std::isnan(lot.net_profit);
        all.push_back(days);
        if (lot.net_profit > 0) winners.push_back(days);
        if (lot.net_profit < 0) losers.push_back(days);
      }
      if (lot.opened >= book.begin() && lot.sign > 0) {
        leads.push_back(lead(lot));
        ++buys;
      }
    }
    const double win = known ? mean(winners) : kUndefined;
    const double loss = known ? mean(losers) : kUndefined;
    Record record = out.add();
    record[hold_win] = defined(win);
    record[hold_loss] = defined(loss);
    record[hold_log_ratio] = defined(std::log(loss / win));
    record[hold_median] = defined(median(all));
    record[n_closed] = all.size();
    record[n_buys] = buys;
    record[buy_momentum] = defined(mean(finite(leads)));
  }
""", """\
    std::vector<int64_t> all;
    Total winners, losers;
    bool known = true;
    std::vector<double> leads;
    for (const Lot& lot : book.lots()) {
      if (!lot.is_open) {
        const int64_t days = days_held(lot, entity.calendar());
        all.push_back(days);
        if (std::isnan(lot.net_profit)) {
          known = false;
        } else if (lot.net_profit > 0) {
          winners.add(days);
        } else if (lot.net_profit < 0) {
          losers.add(days);
        }
      }
      const bool is_purchase = lot.sign > 0 && lot.opened >= book.begin();
      if (is_purchase) leads.push_back(lead(lot));
    }
    const double win = known ? winners.average() : kUndefined;
    const double loss = known ? losers.average() : kUndefined;
    Record record = out.add();
    record[n_closed] = all.size();
    record[n_buys] = leads.size();
    record[hold_win] = defined(win);
    record[hold_loss] = defined(loss);
    record[hold_log_ratio] = defined(std::log(loss / win));
    record[hold_median] = defined(median_of(std::move(all)));
    record[buy_momentum] = defined(mean(finite(leads)));
  }

  struct Total {
    int64_t days = 0, lots = 0;

    void add(int64_t more) {
      days += more;
      ++lots;
    }
    double average() const {
      return lots == 0 ? kUndefined : static_cast<double>(days) / static_cast<double>(lots);
    }
  };

  // Of an even number of lots, the mean of the two in the middle.
  static double median_of(std::vector<int64_t> days) {
    if (days.empty()) return kUndefined;
    const auto middle = days.begin() + static_cast<std::ptrdiff_t>(days.size() / 2);
    std::nth_element(days.begin(), middle, days.end());
    if (days.size() % 2 != 0) return static_cast<double>(*middle);
    const int64_t below = *std::max_element(days.begin(), middle);
    return static_cast<double>(below + *middle) / 2;
  }
"""),
        (HOLDING, "  double days_held(const Lot& lot, Dates calendar) const {\n",
         "  int64_t days_held(const Lot& lot, Dates calendar) const {\n"),
        (HOLDING, "    return static_cast<double>(days + (lot.open_date < calendar[0] ? 1 : 0));\n",
         "    return static_cast<int64_t>(days + (lot.open_date < calendar[0] ? 1 : 0));\n"),
        (HOLDING, "#include <optional>\n#include <vector>\n",
         "#include <optional>\n#include <utility>\n#include <vector>\n")),
    preserves(
        "holding", "days of the calendar by bisection, in a header of their own",
        ("layers/market/calendar_days.h", "", """\
// Days of the calendar between two of its dates.
#pragma once

#include <almanac/calculation.h>

#include <cstddef>

// How many of the first `end` days of the calendar are not before the date.
inline size_t days_since(almanac::Dates calendar, size_t end, almanac::Date date) {
  size_t low = 0, high = end;  // the first of them is not outside
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (calendar[middle] < date) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return end - low;
}
"""),
        (HOLDING, '#include "layers/market/tickers.h"\n',
         '#include "layers/market/calendar_days.h"\n#include "layers/market/tickers.h"\n'),
        (HOLDING, """\
    size_t day = calendar.size() - books.closes.days() + static_cast<size_t>(lot.closed), days = 0;
    for (; day > 0 && lot.open_date <= calendar[day - 1]; --day) ++days;
    return static_cast<double>(days + (lot.open_date < calendar[0] ? 1 : 0));
""", """\
    const size_t closed =
        calendar.size() - books.closes.days() + static_cast<size_t>(lot.closed);
    const auto days = static_cast<double>(days_since(calendar, closed, lot.open_date));
    const bool is_older = lot.open_date < calendar[0];
    return is_older ? days + 1 : days;
""")),
    alters(
        "holding", "purchases of the window: all after its first day",
        (HOLDING, "      if (lot.opened >= book.begin() && lot.sign > 0) {\n",
         "      if (lot.opened > 0 && lot.sign > 0) {\n"),
        where="the calendar has 10 days; a user holds one long lot whose open_date is a year before "
              "the first of them: n_buys was 0 and is 1"),
    alters(
        "holding", "older than the calendar: not after its first day",
        (HOLDING, "    return static_cast<double>(days + (lot.open_date < calendar[0] ? 1 : 0));\n",
         """\
    const bool is_known = calendar[0] < lot.open_date;
    return static_cast<double>(is_known ? days : days + 1);
"""),
        where="the calendar has 4 days; the only lot of a user was opened on the first and is closed "
              "on the fourth, the date: hold_median was 3 and is 4"),
)
