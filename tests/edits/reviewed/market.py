"""Edits of market, as a review may bring them."""
from edit import alters, preserves

LAST_CLOSE = "calculations/market/last_close.cc"
EXTRACTOR = "calculations/market/price_extractor.cc"
CLOSES = "layers/market/closes.h"

EDITS = (
    alters(
        "last_close", "loop over quotes, infinity counts",
        (LAST_CLOSE,
         """    const double earlier = state.empty() ? kUndefined : state[0][close_before];
    const double today = quote.empty() ? kUndefined : quote[0][price];
    Record record = out.add();
    record[close] = defined(std::isfinite(today) ? today : earlier);
    record[previous_close] = defined(earlier);
""",
         """    double earlier = kUndefined;
    if (!state.empty()) earlier = state[0][close_before];
    double latest = earlier;
    for (const Row row : quote) {
      if (row.has(price) && !std::isnan(row[price])) latest = row[price];
    }
    Record record = out.add();
    record[close] = defined(latest);
    record[previous_close] = defined(earlier);
"""),
        where="a ticker with close 10 yesterday and +infinity today: close 10 before, null after"),
    preserves(
        "last_close", "first value by function",
        (LAST_CLOSE,
         """    const Rows state = entity.rows(before), quote = entity.rows(prices);
    const double earlier = state.empty() ? kUndefined : state[0][close_before];
    const double today = quote.empty() ? kUndefined : quote[0][price];
    Record record = out.add();
    record[close] = defined(std::isfinite(today) ? today : earlier);
    record[previous_close] = defined(earlier);
  }
""",
         """    const double known = first_of(entity.rows(before), close_before);
    double latest = first_of(entity.rows(prices), price);
    if (!std::isfinite(latest)) latest = known;  // no close today: the old one goes on
    const Record record = out.add();
    record[previous_close] = defined(known);
    record[close] = defined(latest);
  }

 private:
  // Of a ticker's rows on one date; undefined where there is none.
  static double first_of(const Rows& rows, In<double> number) {
    if (rows.empty()) return kUndefined;
    return rows[0][number];
  }
""")),
    alters(
        "price_extractor", "moves, logarithm of what is positive",
        (EXTRACTOR,
         """  PriceExtractor() { lines({"stocks"}); }
""",
         """  PriceExtractor() { lines({"stocks"}); }

  // From one close to another.
  struct Move {
    double then, now;

    double simple() const { return now / then - 1; }
    double compounded() const { return then > 0 && now > 0 ? std::log(now / then) : kUndefined; }
  };
"""),
        (EXTRACTOR,
         """        const auto before = [&](int n) { return today[-n].of(name); };
        Record record = out.add();
        record[ticker] = name;
        record[close] = now;
        record[prev_close] = defined(before(1));
        record[ret_1d] = defined(now / before(1) - 1);
        record[log_ret] = defined(std::log(now / before(1)));
        record[ret_5d] = defined(now / before(5) - 1);
        record[ret_20d] = defined(now / before(20) - 1);
        record[ret_60d] = defined(now / before(60) - 1);
        record[ret_252d] = defined(now / before(252) - 1);
""",
         """        const auto over = [&](int n) { return Move{today[-n].of(name), now}; };
        const Move last = over(1);
        Record record = out.add();
        record[ticker] = name;
        record[close] = now;
        record[prev_close] = defined(last.then);
        record[ret_1d] = defined(last.simple());
        record[log_ret] = defined(last.compounded());
        record[ret_5d] = defined(over(5).simple());
        record[ret_20d] = defined(over(20).simple());
        record[ret_60d] = defined(over(60).simple());
        record[ret_252d] = defined(over(252).simple());
"""),
        where="closes of a ticker below zero, -2 yesterday and -1 today (a future, oil in 2020): "
              "log_ret is ln(0.5) before, null after"),
    alters(
        "price_extractor", "closes of six decimals",
        (CLOSES,
         """    for (const almanac::Row row : rows) {
      if (std::isfinite(row[close])) closes_.emplace_back(row[ticker], row[close]);
    }
""",
         """    constexpr double kDecimals = 1e6;  // the source has 3 to 6, what is beyond them is noise
    for (const almanac::Row row : rows) {
      const double exact = row[close];
      if (!std::isfinite(exact)) continue;
      closes_.emplace_back(row[ticker], std::round(exact * kDecimals) / kDecimals);
    }
"""),
        where="a ticker with a close of 0.12345678, with eight decimals: close 0.12345678 before, "
              "0.123457 after"),
    preserves(
        "price_extractor", "returns by a table of horizons",
        (EXTRACTOR, "#include <cmath>\n#include <vector>\n",
         "#include <cmath>\n#include <cstddef>\n#include <utility>\n#include <vector>\n"),
        (EXTRACTOR,
         """    for (size_t i = 0; i < span.size(); ++i) {
      out.on(i);
      const Closes* today = &days[kLongest + i];
      for (const auto& [name, now] : *today) {
        const auto before = [&](int n) { return today[-n].of(name); };
        Record record = out.add();
        record[ticker] = name;
        record[close] = now;
        record[prev_close] = defined(before(1));
        record[ret_1d] = defined(now / before(1) - 1);
        record[log_ret] = defined(std::log(now / before(1)));
        record[ret_5d] = defined(now / before(5) - 1);
        record[ret_20d] = defined(now / before(20) - 1);
        record[ret_60d] = defined(now / before(60) - 1);
        record[ret_252d] = defined(now / before(252) - 1);
      }
    }
""",
         """    const std::pair<Out<double>, size_t> horizons[] = {
        {ret_1d, 1}, {ret_5d, 5}, {ret_20d, 20}, {ret_60d, 60}, {ret_252d, 252},
    };
    size_t today = kLongest;
    for (size_t date = 0; date != span.size(); date++, today++) {
      out.on(date);
      for (const auto& close_of_today : days[today]) {
        const std::string_view name = close_of_today.first;
        const double now = close_of_today.second;
        const double yesterday = days[today - 1].of(name);
        Record record = out.add();
        record[ticker] = name;
        record[close] = now;
        record[prev_close] = defined(yesterday);
        record[log_ret] = defined(std::log(now / yesterday));
        for (const auto& [into, n] : horizons) {
          record[into] = defined(now / days[today - n].of(name) - 1);
        }
      }
    }
""")),
)
