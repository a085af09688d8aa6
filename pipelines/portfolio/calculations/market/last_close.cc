#include <almanac/calculation.h>

#include <cmath>

#include "layers/mathematics/numbers.h"

using namespace almanac;

// Each ticker's latest close, and the one before the date, however long ago: what a calculation
// needs that goes from close to close over the days on which a ticker has none.
struct LastClose : PerEntity {
  Table prices = dataset("prices");
  In<double> price = prices["close"];
  Table before = previous();
  In<double> close_before = before["close"];

  Key<std::string_view> ticker = key("ticker");
  Out<double> close = column("close").sparse().constant();
  Out<double> previous_close = column("previous").sparse().constant();

  LastClose() { lines({"stocks"}); }

  void process(const Entity& entity, Output& out) const override {
    const Rows state = entity.rows(before), quote = entity.rows(prices);
    const double earlier = state.empty() ? kUndefined : state[0][close_before];
    const double today = quote.empty() ? kUndefined : quote[0][price];
    Record record = out.add();
    record[close] = defined(std::isfinite(today) ? today : earlier);
    record[previous_close] = defined(earlier);
  }
};
ALMANAC_CALCULATION(LastClose, "market", "last_close")
