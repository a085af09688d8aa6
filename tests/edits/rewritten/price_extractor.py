"""Edits of price_extractor, written without a look at the others."""
from edit import alters, preserves

EXTRACTOR = "calculations/market/price_extractor.cc"
CLOSES = "layers/market/closes.h"

EDITS = (
    preserves("price_extractor", "a table of horizons, and one loop over days", (EXTRACTOR, """\
#include <cmath>
#include <vector>
""", """\
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>
"""), (EXTRACTOR, """\
    std::vector<Closes> days;  // the 252 days before the first wanted date, then the wanted dates
    for (uint32_t back = kLongest; back > 0; --back) {
      days.emplace_back(span.rows(prices, 0, back), symbol, price);
    }
    for (size_t i = 0; i < span.size(); ++i) days.emplace_back(span.rows(prices, i), symbol, price);

    for (size_t i = 0; i < span.size(); ++i) {
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
  }
""", """\
    const std::vector<Closes> days = closes_of(span);
    for (size_t i = 0; i < span.size(); ++i) {
      out.on(i);
      const size_t today = kLongest + i;
      for (const auto& [name, now] : days[today]) put_out(name, now, days, today, out);
    }
  }

  // Those of the 252 days before the first wanted date, then those of the wanted dates.
  std::vector<Closes> closes_of(const Span& span) const {
    const size_t n = kLongest + span.size();
    std::vector<Closes> days;
    days.reserve(n);
    for (size_t day = 0; day < n; ++day) {
      const bool wanted = day >= kLongest;
      const size_t date = wanted ? day - kLongest : 0;
      const auto back = wanted ? 0 : static_cast<uint32_t>(kLongest - day);
      days.emplace_back(span.rows(prices, date, back), symbol, price);
    }
    return days;
  }

  void put_out(std::string_view name, double now, const std::vector<Closes>& days, size_t today,
               Output& out) const {
    const std::pair<size_t, Out<double>> horizons[] = {
        {1, ret_1d}, {5, ret_5d}, {20, ret_20d}, {60, ret_60d}, {252, ret_252d}};
    const double yesterday = days[today - 1].of(name);
    Record record = out.add();
    record[ticker] = name;
    record[close] = now;
    record[prev_close] = defined(yesterday);
    const double growth = now / yesterday;
    record[log_ret] = defined(std::log(growth));
    for (const auto& [back, column] : horizons) {
      const double before = days[today - back].of(name);
      record[column] = defined(now / before - 1);
    }
  }
""")),
    alters("price_extractor", "a ticker by what it begins with",
           (CLOSES, "found->first == ticker ? found->second",
            "found->first.starts_with(ticker) ? found->second"),
           where="today A and AA have a close, the day before only AA has one, 50: prev_close of A "
                 "is 50 instead of null"),
    alters("price_extractor", "logarithms of prices above 0 alone",
           (EXTRACTOR, "        record[log_ret] = defined(std::log(now / before(1)));\n", """\
        const bool priced = now > 0 && before(1) > 0;
        if (priced) record[log_ret] = defined(std::log(now / before(1)));
"""),
           where="a ticker whose close is -1 the day before and -2 today: log_ret is null instead "
                 "of 0.693"),
)
