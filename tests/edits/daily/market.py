"""Edits of market."""
from edit import alters, preserves

EDITS = (
    preserves("last_close", "nested if instead of conditional expressions", (
        "calculations/market/last_close.cc",
        """    const double earlier = state.empty() ? kUndefined : state[0][close_before];
    const double today = quote.empty() ? kUndefined : quote[0][price];
    Record record = out.add();
    record[close] = defined(std::isfinite(today) ? today : earlier);
    record[previous_close] = defined(earlier);
""",
        """    double earlier = kUndefined;
    if (!state.empty()) earlier = state[0][close_before];

    double latest = earlier;
    if (!quote.empty()) {
      const double today = quote[0][price];
      if (std::isfinite(today)) latest = today;
    }

    Record record = out.add();
    record[previous_close] = defined(earlier);
    record[close] = defined(latest);
""")),

    alters("last_close", "an infinite close is taken for one", (
        "calculations/market/last_close.cc",
        """    record[close] = defined(std::isfinite(today) ? today : earlier);
""",
        """    const double latest = std::isnan(today) ? earlier : today;
    record[close] = defined(latest);
"""), where="a close of 100 yesterday and of infinity today: close is 100, becomes null"),

    preserves("price_extractor", "returns by a lambda with the number of days", (
        "calculations/market/price_extractor.cc",
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
        """        const std::string_view stock = name;
        const double latest = now;
        const auto before = [today, stock](int n) { return (today - n)->of(stock); };
        const auto change_over = [&before, latest](int n) {
          const double growth = latest / before(n);
          return defined(growth - 1);
        };
        const double yesterday = before(1);

        Record record = out.add();
        record[ticker] = stock;
        record[close] = latest;
        record[prev_close] = defined(yesterday);
        record[log_ret] = defined(std::log(latest / yesterday));
        record[ret_1d] = change_over(1);
        record[ret_5d] = change_over(5);
        record[ret_20d] = change_over(20);
        record[ret_60d] = change_over(60);
        record[ret_252d] = change_over(kLongest);
""")),

    alters("price_extractor", "a table of horizons, the longest a day short", (
        "calculations/market/price_extractor.cc",
        """        record[ret_5d] = defined(now / before(5) - 1);
        record[ret_20d] = defined(now / before(20) - 1);
        record[ret_60d] = defined(now / before(60) - 1);
        record[ret_252d] = defined(now / before(252) - 1);
""",
        """        const std::pair<Out<double>, int> horizons[] = {
            {ret_5d, 5}, {ret_20d, 20}, {ret_60d, 60}, {ret_252d, kLongest - 1}};
        for (const auto& [cell, n] : horizons) {
          const double then = before(n);
          record[cell] = defined(now / then - 1);
        }
"""), where="a ticker whose close was 110 252 days before and 100 on each day since: ret_252d is"
            " -1/11, becomes 0"),
)
