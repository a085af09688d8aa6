"""Edits of signals."""
from edit import alters, preserves

EDITS = (
    preserves(
        "price_layers", "classes by a table of cuts and a mask bit by bit",
        ("layers/market/bands.h",
         "#include <cmath>\n",
         "#include <algorithm>\n#include <cmath>\n"),
        ("layers/market/bands.h",
         "#include <cstdint>\n",
         "#include <cstdint>\n#include <iterator>\n"),
        ("layers/market/bands.h",
         """  return (close > sma20 ? 1 : 0) | (close > sma50 ? 2 : 0) | (close > sma200 ? 4 : 0) |
         (sma50 > sma200 ? 8 : 0);
""",
         """  int64_t mask = 0;
  if (sma50 > sma200) mask |= 8;
  if (close > sma200) mask |= 4;
  if (close > sma50) mask |= 2;
  if (close > sma20) mask |= 1;
  return mask;
"""),
        ("layers/market/bands.h",
         """  int64_t layer = 0;
  for (const double cut : {0.15, 0.25, 0.40, 0.60}) layer += cut <= volatility ? 1 : 0;
  return layer;
""",
         """  static constexpr double kCuts[] = {0.15, 0.25, 0.40, 0.60};  // ascending
  const double* above = std::upper_bound(std::begin(kCuts), std::end(kCuts), volatility);
  return static_cast<int64_t>(above - std::begin(kCuts));
""")),
    alters(
        "price_layers", "cuts of volatility in a table, mask by a lambda",
        ("layers/market/bands.h",
         """  return (close > sma20 ? 1 : 0) | (close > sma50 ? 2 : 0) | (close > sma200 ? 4 : 0) |
         (sma50 > sma200 ? 8 : 0);
""",
         """  const auto bit = [](bool set, int64_t value) { return set ? value : int64_t{0}; };
  return bit(close > sma20, 1) | bit(close > sma50, 2) | bit(close > sma200, 4) |
         bit(sma50 > sma200, 8);
"""),
        ("layers/market/bands.h",
         """  int64_t layer = 0;
  for (const double cut : {0.15, 0.25, 0.40, 0.60}) layer += cut <= volatility ? 1 : 0;
  return layer;
""",
         """  static constexpr double kCuts[] = {0.15, 0.25, 0.45, 0.60};  // ascending
  int64_t layer = 0;
  for (const double cut : kCuts) {
    if (volatility < cut) break;
    layer++;
  }
  return layer;
"""),
        where="a ticker with a 20-day annual volatility from 0.40 to below 0.45: class 2 instead of "
              "3"),
    alters(
        "rsi", "index by early returns",
        ("layers/market/wilder.h",
         """    if (bars < kPeriod) return std::nullopt;
    const double moves = avg_gain + avg_loss;
    return moves == 0 ? 0 : 100 * (avg_gain / moves);
""",
         """    constexpr double kMost = 100;
    const bool is_young = bars < kPeriod;
    if (is_young) return std::nullopt;
    if (avg_loss == 0) return kMost;
    return kMost * (avg_gain / (avg_gain + avg_loss));
"""),
        where="a ticker whose close has never changed in 14 bars or more: 100 and zone 2 instead of "
              "0 and zone 0"),
)
