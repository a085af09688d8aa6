#include <almanac/calculation.h>

#include <cmath>
#include <vector>

#include "layers/market/closes.h"
#include "layers/mathematics/numbers.h"

using namespace almanac;

// Each ticker's close and its returns over the last 1 to 252 days of the calendar.
struct PriceExtractor : Series {
  static constexpr uint32_t kLongest = 252;

  Table prices = dataset("prices").window(kLongest + 1);
  In<std::string_view> symbol = prices["ticker"];
  In<double> price = prices["close"];

  Key<std::string_view> ticker = key("ticker");
  Out<double> close = column("close");
  Out<double> prev_close = column("prev_close").sparse();
  Out<double> ret_1d = column("ret_1d").sparse();
  Out<double> log_ret = column("log_ret").sparse();
  Out<double> ret_5d = column("ret_5d").sparse();
  Out<double> ret_20d = column("ret_20d").sparse();
  Out<double> ret_60d = column("ret_60d").sparse();
  Out<double> ret_252d = column("ret_252d").sparse();

  PriceExtractor() { lines({"stocks"}); }

  void process(const Span& span, Output& out) const override {
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
};
ALMANAC_CALCULATION(PriceExtractor, "market", "price_extractor")
