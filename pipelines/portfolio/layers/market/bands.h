// Classes of trend and volatility that a chart reader would see.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

// Bits: 1 close > SMA20, 2 close > SMA50, 4 close > SMA200, 8 SMA50 > SMA200. A comparison with an
// undefined side is not true.
inline int64_t trend_mask(double close, double sma20, double sma50, double sma200) {
  return (close > sma20 ? 1 : 0) | (close > sma50 ? 2 : 0) | (close > sma200 ? 4 : 0) |
         (sma50 > sma200 ? 8 : 0);
}

// How many of the cuts .15, .25, .40 and .60 an annual volatility reaches; null where undefined.
inline std::optional<int64_t> volatility_layer(double volatility) {
  if (std::isnan(volatility)) return std::nullopt;
  int64_t layer = 0;
  for (const double cut : {0.15, 0.25, 0.40, 0.60}) layer += cut <= volatility ? 1 : 0;
  return layer;
}
