"""Edits of market."""
from edit import alters, preserves

EDITS = (
    preserves(
        "price_extractor", "returns by a table of columns and days",
        ("calculations/market/price_extractor.cc",
         "#include <cmath>\n#include <vector>\n",
         "#include <cmath>\n#include <utility>\n#include <vector>\n"),
        ("calculations/market/price_extractor.cc",
         """    for (uint32_t back = kLongest; back > 0; --back) {
      days.emplace_back(span.rows(prices, 0, back), symbol, price);
    }
    for (size_t i = 0; i < span.size(); ++i) days.emplace_back(span.rows(prices, i), symbol, price);
""",
         """    days.reserve(kLongest + span.size());
    for (uint32_t i = 0; i < kLongest; i++) {
      days.emplace_back(span.rows(prices, 0, kLongest - i), symbol, price);
    }
    for (size_t i = 0; i < span.size(); i++) days.emplace_back(span.rows(prices, i), symbol, price);
    const std::pair<Out<double>, int> returns[] = {
        {ret_1d, 1}, {ret_5d, 5}, {ret_20d, 20}, {ret_60d, 60}, {ret_252d, 252}};
"""),
        ("calculations/market/price_extractor.cc",
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
         """        Record record = out.add();
        record[ticker] = name;
        record[close] = now;
        const double yesterday = (today - 1)->of(name);
        record[prev_close] = defined(yesterday);
        record[log_ret] = defined(std::log(now / yesterday));
        for (const auto& [ret, back] : returns) {
          const double then = (today - back)->of(name);
          record[ret] = defined(now / then - 1);
        }
""")),
    alters(
        "last_close", "a ticker without a quote first",
        ("calculations/market/last_close.cc",
         """    const double earlier = state.empty() ? kUndefined : state[0][close_before];
    const double today = quote.empty() ? kUndefined : quote[0][price];
    Record record = out.add();
    record[close] = defined(std::isfinite(today) ? today : earlier);
    record[previous_close] = defined(earlier);
""",
         """    double earlier = kUndefined;
    if (!state.empty()) earlier = state[0][close_before];
    Record record = out.add();
    record[previous_close] = defined(earlier);
    if (quote.empty()) {
      record[close] = defined(earlier);
      return;
    }
    record[close] = defined(quote[0][price]);
"""),
        where="a ticker with a close on one day and a row with a NaN close on the next: close is "
              "null instead of that of the day before"),
)
