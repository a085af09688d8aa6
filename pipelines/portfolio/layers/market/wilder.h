// The relative strength index of J. W. Wilder, New Concepts in Technical Trading Systems (1978),
// over 14 changes of the close. It has infinite memory: its state is carried from close to close.
//
//   first average = mean of the first 14 gains (losses); then A = (13 A + x) / 14
//   RSI = 100 AG / (AG + AL), from 0 to 100; 100 where AL = 0; 0 where nothing ever moved
#pragma once

#include <cstdint>
#include <optional>

struct Wilder {
  static constexpr int64_t kPeriod = 14;

  double avg_gain = 0, avg_loss = 0;  // in the price's unit; before bar 14 the sum so far / 14
  int64_t bars = 0;                   // changes since the first close

  void add(double change) {
    const double gain = change > 0 ? change : 0, loss = change < 0 ? -change : 0;
    ++bars;
    if (bars <= kPeriod) {
      avg_gain += gain / kPeriod;
      avg_loss += loss / kPeriod;
    } else {
      avg_gain = ((kPeriod - 1) * avg_gain + gain) / kPeriod;
      avg_loss = ((kPeriod - 1) * avg_loss + loss) / kPeriod;
    }
  }

  // Null before bar 14.
  std::optional<double> rsi() const {
    if (bars < kPeriod) return std::nullopt;
    const double moves = avg_gain + avg_loss;
    return moves == 0 ? 0 : 100 * (avg_gain / moves);
  }
};

// 0: oversold (RSI of 30 or less), 1: between, 2: overbought (70 or more).
inline std::optional<int64_t> rsi_zone(std::optional<double> rsi) {
  if (!rsi) return std::nullopt;
  return *rsi <= 30 ? 0 : *rsi >= 70 ? 2 : 1;
}
