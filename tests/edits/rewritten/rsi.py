"""Edits of rsi, written without a look at the others."""
from edit import alters, preserves

RSI = "calculations/signals/rsi.cc"
WILDER = "layers/market/wilder.h"

EDITS = (
    preserves(
        "rsi", "the next state is optional, averages by one function",
        (RSI, """\
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
""", """\
    const Rows today = entity.rows(extracted);
    const std::optional<Wilder> wilder = next_state(entity, state, quote, today);
    Record record = out.add();
    if (!wilder) {
      record[bars] = kEnded;
      return;
    }
    record[bars] = wilder->bars;
    record[avg_gain] = wilder->avg_gain;
    record[avg_loss] = wilder->avg_loss;
    if (!today.empty()) {
      const std::optional<double> index = wilder->rsi();
      record[rsi14] = index;
      record[zone] = rsi_zone(index);
    }
  }

  // Null once the series has ended.
  std::optional<Wilder> next_state(const Entity& entity, const Rows& state, const Rows& quote,
                                   const Rows& today) const {
    const bool has_close = quote.empty() || std::isfinite(quote[0][price]);
    if (state.empty()) return has_close ? std::optional(Wilder{}) : std::nullopt;

    const Row before_today = state[0];
    Wilder wilder = {before_today[gain_before], before_today[loss_before],
                     before_today[bars_before]};
    if (wilder.bars == kEnded || !has_close) return std::nullopt;
    if (today.empty()) return wilder;
    const double earlier = entity.rows(closes)[0][close_before];
    wilder.add(today[0][close] - earlier);
    return wilder;
  }
"""),
        (WILDER, "#include <cstdint>\n#include <optional>\n",
         "#include <algorithm>\n#include <cstdint>\n#include <optional>\n"),
        (WILDER, """\
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
""", """\
    ++bars;
    avg_gain = next(avg_gain, std::max(0.0, change));  // 0 where it is undefined
    avg_loss = next(avg_loss, std::max(0.0, -change));
  }

  // The average with one more gain or loss; `bars` counts it already.
  double next(double average, double x) const {
    if (bars > kPeriod) return ((kPeriod - 1) * average + x) / kPeriod;
    return average + x / kPeriod;
  }
""")),
    alters(
        "rsi", "the formula of the textbooks",
        (WILDER, """\
    const double moves = avg_gain + avg_loss;
    return moves == 0 ? 0 : 100 * (avg_gain / moves);
""", """\
    if (avg_loss == 0) return avg_gain == 0 ? 0.0 : 100.0;
    const double strength = avg_gain / avg_loss;
    return 100 - 100 / (1 + strength);
"""),
        where="a ticker's row of the day before has avg_gain 1, avg_loss 3 and bars 20, and its "
              "close is the one before: rsi14 was 25 and is 25.000000000000014"),
    alters(
        "rsi", "both zones by the distance from the other end",
        (WILDER, "  return *rsi <= 30 ? 0 : *rsi >= 70 ? 2 : 1;\n", """\
  constexpr double kFar = 70;
  if (100 - *rsi >= kFar) return 0;
  return *rsi >= kFar ? 2 : 1;
"""),
        where="a ticker's row of the day before has avg_gain 3, avg_loss 7 and bars 20, and its "
              "close is the one before: rsi14 is 30.000000000000004, and rsi_zone was 1 and is 0"),
)
