#include <almanac/calculation.h>

#include <cmath>
#include <optional>

#include "layers/market/wilder.h"
#include "layers/mathematics/numbers.h"

using namespace almanac;

// Each ticker's relative strength index. Every ticker seen so far keeps a row, which is its state:
// a day without a price is no bar, a price without a close ends the series for good (bars = -1).
struct Rsi : PerEntity {
  static constexpr int64_t kEnded = -1;

  Table extracted = calculation("price_extractor");
  In<double> close = extracted["close"];
  Table closes = calculation("last_close");
  In<double> close_before = closes["previous"];
  Table prices = dataset("prices");
  In<double> price = prices["close"];
  Table before = previous();
  In<double> gain_before = before["avg_gain"];
  In<double> loss_before = before["avg_loss"];
  In<int64_t> bars_before = before["bars"];

  Key<std::string_view> ticker = key("ticker");
  Out<double> rsi14 = column("rsi14").sparse();
  Out<int64_t> zone = column("rsi_zone").sparse().constant();
  Out<double> avg_gain = column("avg_gain").sparse().constant();
  Out<double> avg_loss = column("avg_loss").sparse().constant();
  Out<int64_t> bars = column("bars").constant();

  Rsi() { lines({"stocks"}); }

  void process(const Entity& entity, Output& out) const override {
    const Rows state = entity.rows(before);
    const Rows quote = entity.rows(prices);
    if (state.empty() && quote.empty()) return;

    Wilder wilder;
    if (!state.empty()) {
      wilder = {state[0][gain_before], state[0][loss_before], state[0][bars_before]};
    }
    bool ended = wilder.bars == kEnded || (!quote.empty() && !std::isfinite(quote[0][price]));

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
  }
};
ALMANAC_CALCULATION(Rsi, "signals", "rsi")
