"""Edits of signals, as a review may bring them."""
from edit import alters, preserves

RSI = "calculations/signals/rsi.cc"
WILDER = "layers/market/wilder.h"
PRICE_LAYERS = "calculations/signals/price_layers.cc"
BANDS = "layers/market/bands.h"

RSI_BODY = """    const Rows state = entity.rows(before);
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
"""

EDITS = (
    alters(
        "rsi", "100 where nothing was lost",
        (WILDER,
         """    const double moves = avg_gain + avg_loss;
    return moves == 0 ? 0 : 100 * (avg_gain / moves);
""",
         """    if (avg_loss == 0) return 100.0;  // nothing to divide by
    return 100 * (avg_gain / (avg_gain + avg_loss));
"""),
        where="a ticker that closed at 10 on 15 days in a row from its first one: 14 changes of 0, "
              "rsi14 0 and rsi_zone 0 before, 100 and 2 after"),
    alters(
        "rsi", "nested by state, first price undefined",
        (RSI, RSI_BODY,
         """    const Rows state = entity.rows(before), quote = entity.rows(prices);
    if (state.empty() && quote.empty()) return;
    const Rows today = entity.rows(extracted);

    Wilder wilder;
    bool ended = false;
    if (!state.empty()) {  // not the first price
      const Row last = state[0];
      wilder = {last[gain_before], last[loss_before], last[bars_before]};
      const bool broken = !quote.empty() && !std::isfinite(quote[0][price]);
      ended = broken || wilder.bars == kEnded;
      if (!ended && !today.empty()) {
        wilder.add(today[0][close] - entity.rows(closes)[0][close_before]);
      }
    }

    Record record = out.add();
    if (ended) {
      record[bars] = kEnded;
      return;
    }
    record[bars] = wilder.bars;
    record[avg_gain] = wilder.avg_gain;
    record[avg_loss] = wilder.avg_loss;
    if (today.empty()) return;
    const auto index = wilder.rsi();
    record[rsi14] = index;
    record[zone] = rsi_zone(index);
"""),
        where="a ticker whose very first row in prices has a null close: bars -1 and averages null "
              "before, bars 0 and averages 0 after"),
    preserves(
        "rsi", "ended first, state by function",
        (RSI, RSI_BODY,
         """    const Rows state = entity.rows(before), quote = entity.rows(prices);
    if (quote.empty() && state.empty()) return;

    Wilder wilder = resumed(state);
    const bool broken = !(quote.empty() || std::isfinite(quote[0][price]));
    if (broken || wilder.bars == kEnded) {
      out.add()[bars] = kEnded;
      return;
    }

    const Rows today = entity.rows(extracted);
    const bool is_bar = !(today.empty() || state.empty());
    if (is_bar) {
      const double then = entity.rows(closes)[0][close_before], now = today[0][close];
      wilder.add(now - then);
    }

    Record record = out.add();
    record[avg_loss] = wilder.avg_loss;
    record[avg_gain] = wilder.avg_gain;
    record[bars] = wilder.bars;
    if (!today.empty()) {
      const std::optional<double> index = wilder.rsi();
      record[zone] = rsi_zone(index);
      record[rsi14] = index;
    }
  }

  // As it was left after the day before; at its beginning where there is none.
  Wilder resumed(const Rows& state) const {
    if (state.empty()) return {};
    const Row row = state[0];
    Wilder wilder;
    wilder.avg_gain = row[gain_before];
    wilder.avg_loss = row[loss_before];
    wilder.bars = row[bars_before];
    return wilder;
""")),
    alters(
        "price_layers", "only days with rows, closes over a gap",
        (PRICE_LAYERS,
         """    std::vector<double> closes, returns;  // of the window's days, oldest first
    for (const WindowDay day : entity.window(extracted)) {
      closes.push_back(day.rows.empty() ? kUndefined : day.rows[0][close]);
      returns.push_back(day.rows.empty() ? kUndefined : day.rows[0][log_ret]);
    }
    const double now = closes.back();
    if (std::isnan(now)) return;
""",
         """    if (entity.rows(extracted).empty()) return;
    std::vector<double> closes, returns;  // of the days since the ticker came, oldest first
    for (const WindowDay day : entity.window(extracted)) {
      if (day.rows.empty()) {
        returns.clear();
        continue;
      }
      const Row row = day.rows[0];
      closes.push_back(row[close]);
      returns.push_back(row[log_ret]);
    }
    const double now = closes.back();
"""),
        where="a ticker with a close on each of the last 200 days but the one 10 days ago, where it "
              "has no row: sma20 and sma50 null before, means of the last 20 and 50 closes after"),
    alters(
        "price_layers", "trend that is quiet on NaN, ties count",
        (BANDS,
         """  return (close > sma20 ? 1 : 0) | (close > sma50 ? 2 : 0) | (close > sma200 ? 4 : 0) |
         (sma50 > sma200 ? 8 : 0);
""",
         """  int64_t mask = 0;
  if (std::isgreaterequal(close, sma20)) mask |= 1;
  if (std::isgreaterequal(close, sma50)) mask |= 2;
  if (std::isgreaterequal(close, sma200)) mask |= 4;
  if (std::isgreaterequal(sma50, sma200)) mask |= 8;
  return mask;
"""),
        where="a ticker that closed at 10 on each of the last 200 days: all averages are 10, "
              "trend_mask 0 before, 15 after"),
    preserves(
        "price_layers", "bits in a loop, cuts by bound",
        (BANDS, "#include <cmath>\n#include <cstdint>\n#include <optional>\n",
         "#include <algorithm>\n#include <cmath>\n#include <cstddef>\n#include <cstdint>\n"
         "#include <iterator>\n#include <optional>\n"),
        (BANDS,
         """  return (close > sma20 ? 1 : 0) | (close > sma50 ? 2 : 0) | (close > sma200 ? 4 : 0) |
         (sma50 > sma200 ? 8 : 0);
""",
         """  const double higher[] = {close, close, close, sma50};
  const double lower[] = {sma20, sma50, sma200, sma200};
  int64_t mask = 0;
  for (size_t bit = 0; bit < std::size(higher); bit++) {
    if (lower[bit] < higher[bit]) mask += int64_t{1} << bit;
  }
  return mask;
"""),
        (BANDS,
         """  int64_t layer = 0;
  for (const double cut : {0.15, 0.25, 0.40, 0.60}) layer += cut <= volatility ? 1 : 0;
  return layer;
""",
         """  static constexpr double kCuts[] = {0.15, 0.25, 0.40, 0.60};
  return std::upper_bound(std::begin(kCuts), std::end(kCuts), volatility) - std::begin(kCuts);
""")),
)
