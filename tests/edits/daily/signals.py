"""Edits of signals."""
from edit import alters, preserves

EDITS = (
    preserves("price_layers", "the layer of a volatility by binary search", (
        "layers/market/bands.h",
        "#include <cmath>\n", "#include <algorithm>\n#include <array>\n#include <cmath>\n"), (
        "layers/market/bands.h",
        """  if (std::isnan(volatility)) return std::nullopt;
  int64_t layer = 0;
  for (const double cut : {0.15, 0.25, 0.40, 0.60}) layer += cut <= volatility ? 1 : 0;
  return layer;
""",
        """  static constexpr std::array<double, 4> kCuts = {0.15, 0.25, 0.40, 0.60};
  if (std::isnan(volatility)) return std::nullopt;
  const auto above = std::upper_bound(kCuts.begin(), kCuts.end(), volatility);
  return static_cast<int64_t>(above - kCuts.begin());
""")),

    preserves("price_layers", "averages and volatilities computed once, rows read once", (
        "calculations/signals/price_layers.cc",
        """      closes.push_back(day.rows.empty() ? kUndefined : day.rows[0][close]);
      returns.push_back(day.rows.empty() ? kUndefined : day.rows[0][log_ret]);
    }
""",
        """      double price = kUndefined, change = kUndefined;
      if (!day.rows.empty()) {
        const Row quote = day.rows[0];
        price = quote[close];
        change = quote[log_ret];
      }
      closes.push_back(price);
      returns.push_back(change);
    }
"""), (
        "calculations/signals/price_layers.cc",
        """    Record record = out.add();
    record[sma20] = defined(sma(20));
    record[sma50] = defined(sma(50));
    record[sma200] = defined(sma(200));
    record[trend] = trend_mask(now, sma(20), sma(50), sma(200));
    record[vol20] = defined(volatility(20));
    record[vol60] = defined(volatility(60));
    record[layer] = volatility_layer(volatility(20));
""",
        """    const double month = sma(20), quarter = sma(50), year = sma(200);
    const double vol_month = volatility(20);
    const double vol_quarter = volatility(60);

    Record record = out.add();
    record[sma20] = defined(month);
    record[sma50] = defined(quarter);
    record[sma200] = defined(year);
    record[vol20] = defined(vol_month);
    record[vol60] = defined(vol_quarter);
    record[trend] = trend_mask(now, month, quarter, year);
    record[layer] = volatility_layer(vol_month);
""")),

    alters("price_layers", "the mean by std::accumulate", (
        "layers/mathematics/numbers.h",
        """  Sum sum;
  for (const double x : values) sum += x;
  return ratio(sum, static_cast<double>(values.size()));
""",
        """  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return ratio(sum, static_cast<double>(values.size()));
"""), (
        "layers/mathematics/numbers.h",
        "#include <limits>\n", "#include <limits>\n#include <numeric>\n"),
        where="closes of 1e16 on the oldest of 20 days and 1 on the 19 since: the compensated sum is"
              " more than 1e16, the plain one is 1e16; sma20 differs"),

    preserves("rsi", "De Morgan, and the state's Wilder by a function", (
        "calculations/signals/rsi.cc",
        """    Wilder wilder;
    if (!state.empty()) {
      wilder = {state[0][gain_before], state[0][loss_before], state[0][bars_before]};
    }
    bool ended = wilder.bars == kEnded || (!quote.empty() && !std::isfinite(quote[0][price]));

    const Rows today = entity.rows(extracted);
    if (!ended && !today.empty() && !state.empty()) {
      wilder.add(""",
        """    Wilder wilder = carried_over(state);
    const bool ended = !(wilder.bars != kEnded && (quote.empty() || std::isfinite(quote[0][price])));

    const Rows today = entity.rows(extracted);
    if (!(ended || today.empty() || state.empty())) {
      wilder.add("""), (
        "calculations/signals/rsi.cc",
        """    record[zone] = rsi_zone(wilder.rsi());
  }
""",
        """    record[zone] = rsi_zone(wilder.rsi());
  }

  // As the day before has left it; a new one for a ticker that is seen for the first time.
  Wilder carried_over(const Rows& state) const {
    if (state.empty()) return {};
    const Row last = state[0];
    return {last[gain_before], last[loss_before], last[bars_before]};
  }
""")),

    alters("rsi", "what never moved is neutral", (
        "layers/market/wilder.h",
        """    const double moves = avg_gain + avg_loss;
    return moves == 0 ? 0 : 100 * (avg_gain / moves);
""",
        """    const double moves = avg_gain + avg_loss;
    if (moves == 0) return 50.0;
    const double share = avg_gain / moves;
    return 100 * share;
"""), where="a ticker with 15 closes of 100 from its first day on: rsi14 is 0 and rsi_zone 0, become"
            " 50 and 1"),
)
