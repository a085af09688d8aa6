#include <almanac/calculation.h>

#include <cmath>
#include <vector>

#include "layers/market/bands.h"
#include "layers/mathematics/numbers.h"

using namespace almanac;

// Each ticker's simple moving averages and annual volatilities, and the classes they fall in. An
// average over n days needs a close on each of the last n days of the calendar.
struct PriceLayers : PerEntity {
  Table extracted = calculation("price_extractor").window(200);
  In<double> close = extracted["close"];
  In<double> log_ret = extracted["log_ret"];

  Key<std::string_view> ticker = key("ticker");
  Out<double> sma20 = column("sma20").sparse();
  Out<double> sma50 = column("sma50").sparse();
  Out<double> sma200 = column("sma200").sparse();
  Out<int64_t> trend = column("trend_mask").constant();
  Out<double> vol20 = column("vol20").sparse();
  Out<double> vol60 = column("vol60").sparse();
  Out<int64_t> layer = column("vol_layer").sparse().constant();

  PriceLayers() { lines({"stocks"}); }

  void process(const Entity& entity, Output& out) const override {
    std::vector<double> closes, returns;  // of the window's days, oldest first
    for (const WindowDay day : entity.window(extracted)) {
      closes.push_back(day.rows.empty() ? kUndefined : day.rows[0][close]);
      returns.push_back(day.rows.empty() ? kUndefined : day.rows[0][log_ret]);
    }
    const double now = closes.back();
    if (std::isnan(now)) return;

    const auto sma = [&](size_t n) { return mean(last(closes, n)); };
    const auto volatility = [&](size_t n) {
      return sample_sd(last(returns, n)) * std::sqrt(kDaysPerYear);
    };
    Record record = out.add();
    record[sma20] = defined(sma(20));
    record[sma50] = defined(sma(50));
    record[sma200] = defined(sma(200));
    record[trend] = trend_mask(now, sma(20), sma(50), sma(200));
    record[vol20] = defined(volatility(20));
    record[vol60] = defined(volatility(60));
    record[layer] = volatility_layer(volatility(20));
  }
};
ALMANAC_CALCULATION(PriceLayers, "signals", "price_layers")
