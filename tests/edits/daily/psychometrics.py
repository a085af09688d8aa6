"""Edits of psychometrics."""
from edit import alters, preserves

EDITS = (
    preserves("disposition", "nested ifs, paper profit by a lambda, profits by a switch", (
        "calculations/psychometrics/disposition.cc",
        """    std::vector<bool> sold(books.closes.days());
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
""",
        """    const auto& lots = book.lots();
    std::vector<char> sold(books.closes.days(), 0);
    for (auto lot = lots.begin(); lot != lots.end(); lot++) {
      if (!lot->is_open) {
        sold[static_cast<size_t>(lot->closed)] = 1;
        realised.add(lot->net_profit);
      }
    }

    const auto profit_at = [&book](const Lot& lot, std::ptrdiff_t day) {
      const double gain = book.close(lot, day) - lot.open_price;
      return lot.sign * lot.units * gain;
    };
    for (std::ptrdiff_t day = book.begin(); day < book.end(); day++) {
      if (sold[static_cast<size_t>(day)] != 0) {
        for (const Lot& lot : lots) {
          if (lot.held(day)) paper.add(profit_at(lot, day));
        }
      }
    }
"""), (
        "layers/profiling/disposition_effect.h",
        """    gains += std::isnan(profit) ? kUndefined : profit > 0 ? 1 : 0;
    losses += std::isnan(profit) ? kUndefined : profit < 0 ? 1 : 0;
""",
        """    if (std::isnan(profit)) {
      gains = losses = kUndefined;
      return;
    }
    switch (int{profit > 0} - int{profit < 0}) {
      case 1:
        ++gains;
        break;
      case -1:
        ++losses;
        break;
      default:  // nobody knows
        break;
    }
""")),

    alters("disposition", "what is bought on the day of a sale is not kept", (
        "calculations/psychometrics/disposition.cc",
        """    for (auto day = book.begin(); day < static_cast<std::ptrdiff_t>(sold.size()); ++day) {
      if (!sold[static_cast<size_t>(day)]) continue;
      for (const Lot& lot : book.lots()) {
        if (!lot.held(day)) continue;
        paper.add(lot.sign * lot.units * (book.close(lot, day) - lot.open_price));
      }
    }
""",
        """    const auto kept_on = [](const Lot& lot, std::ptrdiff_t day) {
      return lot.opened < day && day < lot.closed;
    };
    const auto days = static_cast<std::ptrdiff_t>(sold.size());
    for (std::ptrdiff_t day = book.begin(); day < days; ++day) {
      if (sold[static_cast<size_t>(day)]) {
        for (const Lot& lot : book.lots()) {
          if (kept_on(lot, day)) {
            const double move = book.close(lot, day) - lot.open_price;
            paper.add(lot.sign * lot.units * move);
          }
        }
      }
    }
"""), where="on the date a lot is closed and another, still open, has been opened on the same day"
            " with an open_price of 9 and a close of 10: pg is 1, becomes 0"),

    alters("disposition_skew", "the returns of a table by a function, an unknown lot has none", (
        "calculations/psychometrics/disposition_skew.cc",
        """    bool any = false;
    const auto skew_of = [&](const Lots& lots) {
      std::vector<double> returns;
      each_lot(lots, entity, [&](Date, Row lot) {
        any = true;
        const LotNumbers numbers = numbers_of(lots, lot);
        if (numbers.invested != 0) returns.push_back(numbers.net_profit / numbers.invested);
      });
      return skewness(returns);
    };
    const double realised = skew_of(closed), paper = skew_of(open);
    if (!any) return;
""",
        """    size_t n_lots = 0;
    const std::vector<double> sold = returns_of(closed, entity, n_lots);
    const std::vector<double> held = returns_of(open, entity, n_lots);
    if (n_lots == 0) return;
    const double realised = skewness(sold), paper = skewness(held);
"""), (
        "calculations/psychometrics/disposition_skew.cc",
        """    record[disposition_skew] = defined(realised - paper);
  }
""",
        """    record[disposition_skew] = defined(realised - paper);
  }

  // Of each accepted lot with units; counts all accepted ones.
  static std::vector<double> returns_of(const Lots& lots, const Entity& entity, size_t& count) {
    std::vector<double> returns;
    each_lot(lots, entity, [&](Date, Row lot) {
      ++count;
      const auto [invested, net_profit, value] = numbers_of(lots, lot);
      (void)value;
      if (invested > 0) returns.push_back(net_profit / invested);
    });
    return returns;
  }
"""), where="four open lots with returns of 0.1, 0.2 and 0.5 and one whose price is null: skew_paper"
            " is null, becomes that of the three"),

    preserves("holding", "market momentum by a function, a while loop over the calendar", (
        "calculations/psychometrics/holding.cc",
        """    for (size_t d = 0; d < momentum.days(); ++d) {
      std::vector<double> all;
      for (size_t t = 0; t < momentum.names().size(); ++t) {
        if (momentum.names()[t] != kMarketIndex) all.push_back(momentum(t, d));
      }
      market_momentum.push_back(mean(finite(all)));
    }
  }
""",
        """    market_momentum.reserve(momentum.days());
    for (size_t d = 0; d < momentum.days(); d++) market_momentum.push_back(mean_momentum(d));
  }

  double mean_momentum(size_t day) const {
    const auto& names = momentum.names();
    std::vector<double> known;
    for (size_t t = 0; t < names.size(); t++) {
      if (names[t] == kMarketIndex) continue;
      const double of_stock = momentum(t, day);
      if (std::isfinite(of_stock)) known.push_back(of_stock);
    }
    return mean(known);
  }
"""), (
        "calculations/psychometrics/holding.cc",
        """    size_t day = calendar.size() - books.closes.days() + static_cast<size_t>(lot.closed), days = 0;
    for (; day > 0 && lot.open_date <= calendar[day - 1]; --day) ++days;
    return static_cast<double>(days + (lot.open_date < calendar[0] ? 1 : 0));
""",
        """    size_t day = calendar.size() - books.closes.days() + static_cast<size_t>(lot.closed);
    size_t held = 0;
    while (day > 0) {
      if (lot.open_date > calendar[day - 1]) break;
      --day;
      ++held;
    }
    if (lot.open_date < calendar[0]) ++held;
    return static_cast<double>(held);
""")),

    preserves("revenge_trading", "recent losses by std::any_of", (
        "calculations/psychometrics/revenge_trading.cc",
        """    for (size_t i = end - std::min<size_t>(end, kRecent); i < end; ++i) {
      if (losses[i]) return true;
    }
    return false;
""",
        """    const size_t begin = end < kRecent ? 0 : end - kRecent;
    const auto at = [&](size_t i) { return losses.begin() + static_cast<std::ptrdiff_t>(i); };
    return std::any_of(at(begin), at(end), [](bool loss) { return loss; });
"""), (
        "calculations/psychometrics/revenge_trading.cc",
        """        const bool counts = defect(books.closed, lot, day.date) == nullptr;
        if (counts && numbers_of(books.closed, lot).net_profit < 0) losses.back() = true;
""",
        """        if (defect(books.closed, lot, day.date) != nullptr) continue;
        const double net_profit = numbers_of(books.closed, lot).net_profit;
        if (net_profit < 0) losses.back() = true;
""")),

    alters("revenge_trading", "a loss four days before is recent", (
        "calculations/psychometrics/revenge_trading.cc",
        """    for (size_t i = end - std::min<size_t>(end, kRecent); i < end; ++i) {
      if (losses[i]) return true;
    }
    return false;
""",
        """    size_t i = end;
    for (uint32_t back = 0; back <= kRecent && i > 0; ++back) {
      --i;
      if (losses[i]) return true;
    }
    return false;
"""), where="a lot held for all of the window and another closed at a loss ten days before the date,"
            " with no other loss: post_loss_days is 3, becomes 4"),
)
