"""Edits of price_layers, written without a look at the others."""
from edit import preserves

LAYERS = "calculations/signals/price_layers.cc"
BANDS = "layers/market/bands.h"

EDITS = (
    preserves(
        "price_layers", "averages and volatilities once each, the window in a function",
        (LAYERS, """\
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
""", """\
  struct History {  // of the window's days, oldest first; undefined on a day without a row
    std::vector<double> closes, returns;

    double average(size_t n) const { return mean(last(closes, n)); }
    double volatility(size_t n) const {
      const double daily = sample_sd(last(returns, n));
      return daily * std::sqrt(kDaysPerYear);
    }
  };

  void process(const Entity& entity, Output& out) const override {
    const History history = history_of(entity);
    const double now = history.closes.back();
    if (!std::isnan(now)) write(now, history, out.add());
  }

  void write(double now, const History& history, const Record& record) const {
    const double month = history.average(20), quarter = history.average(50);
    const double year = history.average(200), recent = history.volatility(20);
    record[trend] = trend_mask(now, month, quarter, year);
    record[layer] = volatility_layer(recent);
    record[sma20] = defined(month);
    record[sma50] = defined(quarter);
    record[sma200] = defined(year);
    record[vol20] = defined(recent);
    record[vol60] = defined(history.volatility(60));
  }

  History history_of(const Entity& entity) const {
    const Window window = entity.window(extracted);
    History history;
    history.closes.assign(window.size(), kUndefined);
    history.returns.assign(window.size(), kUndefined);
    for (size_t day = 0; day < window.size(); ++day) {
      const Rows rows = window[day].rows;
      if (rows.empty()) continue;
      history.closes[day] = rows[0][close];
      history.returns[day] = rows[0][log_ret];
    }
    return history;
  }
""")),
    preserves(
        "price_layers", "bits one after the other, the layer by upper_bound",
        (BANDS, "#include <cmath>\n#include <cstdint>\n#include <optional>\n",
         "#include <algorithm>\n#include <cmath>\n#include <cstdint>\n#include <iterator>\n"
         "#include <optional>\n"),
        (BANDS, """\
  return (close > sma20 ? 1 : 0) | (close > sma50 ? 2 : 0) | (close > sma200 ? 4 : 0) |
         (sma50 > sma200 ? 8 : 0);
""", """\
  int64_t mask = sma200 < sma50 ? 1 : 0;
  for (const double average : {sma200, sma50, sma20}) {
    mask <<= 1;
    if (average < close) mask |= 1;
  }
  return mask;
"""),
        (BANDS, """\
  if (std::isnan(volatility)) return std::nullopt;
  int64_t layer = 0;
  for (const double cut : {0.15, 0.25, 0.40, 0.60}) layer += cut <= volatility ? 1 : 0;
  return layer;
""", """\
  static constexpr double kCuts[] = {0.15, 0.25, 0.40, 0.60};
  if (std::isnan(volatility)) return std::nullopt;
  const auto* above = std::upper_bound(std::begin(kCuts), std::end(kCuts), volatility);
  return static_cast<int64_t>(above - std::begin(kCuts));
""")),
)
