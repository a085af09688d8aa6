"""Edits of psychometrics."""
from edit import alters, preserves

EDITS = (
    preserves(
        "holding", "one loop for what was closed, one for what was bought",
        ("calculations/psychometrics/holding.cc",
         """    for (size_t d = 0; d < momentum.days(); ++d) {
      std::vector<double> all;
      for (size_t t = 0; t < momentum.names().size(); ++t) {
        if (momentum.names()[t] != kMarketIndex) all.push_back(momentum(t, d));
      }
      market_momentum.push_back(mean(finite(all)));
    }
  }
""",
         """    for (size_t d = 0; d < momentum.days(); ++d) market_momentum.push_back(mean_momentum(d));
  }

  double mean_momentum(size_t day) const {
    const auto& names = momentum.names();
    std::vector<double> stocks;
    stocks.reserve(names.size());
    for (size_t i = 0; i < names.size(); ++i) {
      if (names[i] == kMarketIndex) continue;
      const double value = momentum(i, day);
      if (std::isfinite(value)) stocks.push_back(value);
    }
    return mean(stocks);
  }
"""),
        ("calculations/psychometrics/holding.cc",
         """    std::vector<double> all, winners, losers, leads;
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
""",
         """    bool known = true;
    std::vector<double> all, winners, losers;
    for (const Lot& lot : book.lots()) {
      if (lot.is_open) continue;
      const double days = days_held(lot, entity.calendar());
      all.push_back(days);
      if (std::isnan(lot.net_profit)) {
        known = false;
      } else if (lot.net_profit > 0) {
        winners.push_back(days);
      } else if (lot.net_profit < 0) {
        losers.push_back(days);
      }
    }
    std::vector<double> leads;
    for (const Lot& lot : book.lots()) {
      const bool is_purchase = lot.sign > 0 && lot.opened >= book.begin();
      if (is_purchase) leads.push_back(lead(lot));
    }
"""),
        ("calculations/psychometrics/holding.cc",
         "    record[n_buys] = buys;\n",
         "    record[n_buys] = leads.size();\n")),
    preserves(
        "revenge_trading", "recent losses found by an algorithm, lots of a day in a function",
        ("calculations/psychometrics/revenge_trading.cc",
         """    size_t days = 0, lots = 0;
    Sum invested;
  };
""",
         """    size_t days = 0, lots = 0;
    Sum invested;

    void add_day(const Book& book, std::ptrdiff_t day) {
      days++;
      for (const Lot& lot : book.lots()) {
        if (lot.opened == day) {
          lots++;
          invested += lot.invested;
        }
      }
    }
  };
"""),
        ("calculations/psychometrics/revenge_trading.cc",
         """      if (!(book.value(day - 1) > 0)) continue;
      Side& side = is_recent(losses, static_cast<size_t>(day)) ? after : other;
      ++side.days;
      for (const Lot& lot : book.lots()) {
        if (lot.opened != day) continue;
        side.invested += lot.invested;
        ++side.lots;
      }
    }
""",
         """      const bool has_something = book.value(day - 1) > 0;
      if (!has_something) continue;
      if (is_recent(losses, static_cast<size_t>(day))) {
        after.add_day(book, day);
      } else {
        other.add_day(book, day);
      }
    }
"""),
        ("calculations/psychometrics/revenge_trading.cc",
         """    for (size_t i = end - std::min<size_t>(end, kRecent); i < end; ++i) {
      if (losses[i]) return true;
    }
    return false;
""",
         """    const auto last = losses.begin() + static_cast<std::ptrdiff_t>(end);
    const auto first = last - static_cast<std::ptrdiff_t>(std::min<size_t>(end, kRecent));
    return std::find(first, last, true) != last;
""")),
    preserves(
        "disposition", "the days of sales as a set",
        ("calculations/psychometrics/disposition.cc",
         "#include <vector>\n",
         "#include <cstddef>\n#include <set>\n"),
        ("calculations/psychometrics/disposition.cc",
         """    Profits realised, paper;
    std::vector<bool> sold(books.closes.days());
    for (const Lot& lot : book.lots()) {
      if (lot.is_open) continue;
      realised.add(lot.net_profit);
      sold[static_cast<size_t>(lot.closed)] = true;
    }
    for (auto day = book.begin(); day < static_cast<std::ptrdiff_t>(sold.size()); ++day) {
      if (!sold[static_cast<size_t>(day)]) continue;
      for (const Lot& lot : book.lots()) {
        if (!lot.held(day)) continue;
        paper.add(lot.sign * lot.units * (book.close(lot, day) - lot.open_price));
      }
    }
    const DispositionEffect effect(realised, paper);
""",
         """    Profits realised;
    std::set<std::ptrdiff_t> days_of_sales;
    for (const Lot& lot : book.lots()) {
      if (!lot.is_open) {
        days_of_sales.insert(lot.closed);
        realised.add(lot.net_profit);
      }
    }
    Profits paper;
    for (const std::ptrdiff_t day : days_of_sales) {
      for (const Lot& lot : book.lots()) {
        if (lot.held(day)) paper.add(paper_profit(book, lot, day));
      }
    }
    const DispositionEffect effect(realised, paper);
"""),
        ("calculations/psychometrics/disposition.cc",
         """    record[disposition_t] = defined(effect.t);
  }
""",
         """    record[disposition_t] = defined(effect.t);
  }

  // What a lot would have earned if it had been sold at the close of a day.
  static double paper_profit(const Book& book, const Lot& lot, std::ptrdiff_t day) {
    return lot.sign * lot.units * (book.close(lot, day) - lot.open_price);
  }
""")),
    alters(
        "revenge_trading", "recent losses counted back from the day",
        ("calculations/psychometrics/revenge_trading.cc",
         """    for (size_t i = end - std::min<size_t>(end, kRecent); i < end; ++i) {
      if (losses[i]) return true;
    }
    return false;
""",
         """    for (size_t back = 1; back < kRecent && back <= end; ++back) {
      if (losses[end - back]) return true;
    }
    return false;
"""),
        ("calculations/psychometrics/revenge_trading.cc",
         """      Side& side = is_recent(losses, static_cast<size_t>(day)) ? after : other;
      ++side.days;
      for (const Lot& lot : book.lots()) {
        if (lot.opened != day) continue;
        side.invested += lot.invested;
        ++side.lots;
      }
""",
         """      const bool is_after = is_recent(losses, static_cast<size_t>(day));
      Side& side = is_after ? after : other;
      side.days++;
      for (const Lot& lot : book.lots()) {
        if (lot.opened == day) {
          side.lots++;
          side.invested += lot.invested;
        }
      }
"""),
        where="a user who always holds something and closed one lot, at a loss, 10 days before the "
              "date: two days after losses instead of three"),
    alters(
        "disposition", "profits counted by branches",
        ("layers/profiling/disposition_effect.h",
         """    gains += std::isnan(profit) ? kUndefined : profit > 0 ? 1 : 0;
    losses += std::isnan(profit) ? kUndefined : profit < 0 ? 1 : 0;
""",
         """    if (std::isnan(profit)) {
      gains = losses = kUndefined;
      return;
    }
    double& count = profit < 0 ? losses : gains;
    ++count;
"""),
        where="a lot closed at the price it was opened at: its net profit of 0 is a realised gain"),
)
