"""Conditions that are turned round."""
from edit import preserves

EDITS = (
    preserves("return_series", "one block for users with lots, if and else for a day",
          ("calculations/portfolio/return_series.cc",
           '''    if (book.empty()) return;
    std::vector<std::optional<double>> series;
    for (auto day = book.begin(); day < book.end(); ++day) {
      const double before = book.value(day - 1);
      series.push_back(before > 0 ? defined(book.pnl(day) / before) : std::nullopt);
    }
    Record record = out.add();
    record[returns] = series;
''',
           '''    if (!book.empty()) {
      std::vector<std::optional<double>> series;
      for (auto day = book.begin(); day < book.end(); ++day) {
        const double before = book.value(day - 1);
        if (!(before > 0)) {
          series.push_back(std::nullopt);
        } else {
          series.push_back(defined(book.pnl(day) / before));
        }
      }
      Record record = out.add();
      record[returns] = series;
    }
''')),

    preserves("popular_assets", "defect by De Morgan, stock_of with early returns",
          ("layers/schemas/lots.h",
           '''  if (!(units >= 0 && units <= kMostUnits)) return "units are not between 0 and 1e15";
''',
           '''  if (!(units >= 0) || !(units <= kMostUnits)) return "units are not between 0 and 1e15";
'''),
          ("layers/schemas/lots.h",
           '''  if (!lot.has(lots.ticker) || !well_formed(lot[lots.ticker])) return "ticker is malformed";
  return nullptr;
''',
           '''  if (lot.has(lots.ticker) && well_formed(lot[lots.ticker])) return nullptr;
  return "ticker is malformed";
'''),
          ("calculations/crowd/popular_assets.cc",
           '''    const char* reason = defect(lots, lot, date);
    const auto stock = reason == nullptr ? tickers.find(lot[lots.ticker]) : std::nullopt;
    if (reason == nullptr && !stock) reason = "no close";
    if (reason != nullptr && date == user.date()) user.reject(reason);
    return stock;
''',
           '''    const char* reason = defect(lots, lot, date);
    if (reason == nullptr) {
      const auto stock = tickers.find(lot[lots.ticker]);
      if (stock) return stock;
      reason = "no close";
    }
    if (date == user.date()) user.reject(reason);
    return std::nullopt;
''')),

    preserves("rsi", "ended by De Morgan, the row with an early return",
          ("calculations/signals/rsi.cc",
           '''    bool ended = wilder.bars == kEnded || (!quote.empty() && !std::isfinite(quote[0][price]));

    const Rows today = entity.rows(extracted);
    if (!ended && !today.empty() && !state.empty()) {
      wilder.add(today[0][close] - entity.rows(closes)[0][close_before]);
    }

    Record record = out.add();
    record[bars] = ended ? kEnded : wilder.bars;
    if (ended) return;
    record[avg_gain] = wilder.avg_gain;
    record[avg_loss] = wilder.avg_loss;
    if (today.empty()) return;
    record[rsi14] = wilder.rsi();
    record[zone] = rsi_zone(wilder.rsi());
''',
           '''    const bool goes_on =
        wilder.bars != kEnded && (quote.empty() || std::isfinite(quote[0][price]));

    const Rows today = entity.rows(extracted);
    if (!(!goes_on || today.empty() || state.empty())) {
      wilder.add(today[0][close] - entity.rows(closes)[0][close_before]);
    }

    Record record = out.add();
    if (!goes_on) {
      record[bars] = kEnded;
      return;
    }
    record[bars] = wilder.bars;
    record[avg_gain] = wilder.avg_gain;
    record[avg_loss] = wilder.avg_loss;
    if (!today.empty()) {
      record[rsi14] = wilder.rsi();
      record[zone] = rsi_zone(wilder.rsi());
    }
''')),
)
