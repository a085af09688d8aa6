"""Functions that are extracted or inlined."""
from edit import preserves

EDITS = (
    # functions extracted
    preserves("price_extractor", "change() for the six returns",
          ("calculations/market/price_extractor.cc",
           '''        const auto before = [&](int n) { return today[-n].of(name); };
''',
           '''        const auto before = [&](int n) { return today[-n].of(name); };
        const auto ret = [&](int n) { return defined(change(before(n), now)); };
'''),
          ("calculations/market/price_extractor.cc",
           '''        record[ret_1d] = defined(now / before(1) - 1);
''',
           '''        record[ret_1d] = ret(1);
'''),
          ("calculations/market/price_extractor.cc",
           '''        record[ret_5d] = defined(now / before(5) - 1);
        record[ret_20d] = defined(now / before(20) - 1);
        record[ret_60d] = defined(now / before(60) - 1);
        record[ret_252d] = defined(now / before(252) - 1);
      }
    }
  }
''',
           '''        record[ret_5d] = ret(5);
        record[ret_20d] = ret(20);
        record[ret_60d] = ret(60);
        record[ret_252d] = ret(252);
      }
    }
  }

  // From one close to a later one; undefined where there is no earlier one.
  static double change(double earlier, double later) { return later / earlier - 1; }
''')),

    preserves("disposition", "paper_profits()",
          ("calculations/psychometrics/disposition.cc",
           '''    Profits realised, paper;
    std::vector<bool> sold(books.closes.days());
''',
           '''    Profits realised;
    std::vector<bool> sold(books.closes.days());
'''),
          ("calculations/psychometrics/disposition.cc",
           '''    for (auto day = book.begin(); day < static_cast<std::ptrdiff_t>(sold.size()); ++day) {
      if (!sold[static_cast<size_t>(day)]) continue;
      for (const Lot& lot : book.lots()) {
        if (!lot.held(day)) continue;
        paper.add(lot.sign * lot.units * (book.close(lot, day) - lot.open_price));
      }
    }
    const DispositionEffect effect(realised, paper);
''',
           '''    const Profits paper = paper_profits(book, sold);
    const DispositionEffect effect(realised, paper);
'''),
          ("calculations/psychometrics/disposition.cc",
           '''    record[disposition_t] = defined(effect.t);
  }
''',
           '''    record[disposition_t] = defined(effect.t);
  }

  // Of what was kept on the days on which something was sold.
  static Profits paper_profits(const Book& book, const std::vector<bool>& sold) {
    Profits paper;
    for (auto day = book.begin(); day < static_cast<std::ptrdiff_t>(sold.size()); ++day) {
      if (!sold[static_cast<size_t>(day)]) continue;
      for (const Lot& lot : book.lots()) {
        if (!lot.held(day)) continue;
        paper.add(lot.sign * lot.units * (book.close(lot, day) - lot.open_price));
      }
    }
    return paper;
  }
''')),

    preserves("sector_attribution", "prepare: sectors_of() and returns_of()",
          ("calculations/attribution/sector_attribution.cc",
           '''    books.prepare(day);
    std::vector<std::pair<std::string_view, std::string_view>> sectors;
    for (const Row row : day.rows(classification)) {
      sectors.emplace_back(row[classified], row[sector_name]);
    }
    std::vector<std::pair<std::string_view, double>> returns;
    for (const Row row : day.rows(books.extracted)) {
      returns.emplace_back(row[books.prices.ticker], row[ret_1d]);
    }
    benchmark = {std::move(sectors), returns};
  }
''',
           '''    books.prepare(day);
    auto sectors = sectors_of(day);
    const auto returns = returns_of(day);
    benchmark = {std::move(sectors), returns};
  }

  // Pairs of ticker and sector, as they stand in the table.
  std::vector<std::pair<std::string_view, std::string_view>> sectors_of(const Day& day) const {
    std::vector<std::pair<std::string_view, std::string_view>> sectors;
    for (const Row row : day.rows(classification)) {
      sectors.emplace_back(row[classified], row[sector_name]);
    }
    return sectors;
  }
  // Pairs of ticker and return on the date.
  std::vector<std::pair<std::string_view, double>> returns_of(const Day& day) const {
    std::vector<std::pair<std::string_view, double>> returns;
    for (const Row row : day.rows(books.extracted)) {
      returns.emplace_back(row[books.prices.ticker], row[ret_1d]);
    }
    return returns;
  }
''')),

    # functions inlined
    preserves("holding", "lead() is used once",
          ("calculations/psychometrics/holding.cc",
           '''        leads.push_back(lead(lot));
        ++buys;
''',
           '''        const auto bought = static_cast<size_t>(lot.opened);
        leads.push_back(momentum(lot.ticker, bought) - market_momentum[bought]);
        ++buys;
'''),
          ("calculations/psychometrics/holding.cc",
           '''  // Of the stock over all stocks, on the day of the purchase.
  double lead(const Lot& lot) const {
    const auto day = static_cast<size_t>(lot.opened);
    return momentum(lot.ticker, day) - market_momentum[day];
  }
''', "")),

    preserves("crowd_pnl_volatility", "ascending() where it is used",
          ("layers/mathematics/order.h",
           '''inline std::vector<double> ascending(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

''', ""),
          ("layers/mathematics/order.h",
           '''  return quantile(ascending(values), 0.5);
''',
           '''  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return quantile(sorted, 0.5);
'''),
          ("calculations/crowd/crowd_pnl_volatility.cc",
           '''    const std::vector<double> sorted = ascending(returns);
''',
           '''    std::vector<double> sorted = returns;
    std::sort(sorted.begin(), sorted.end());
''')),
)
