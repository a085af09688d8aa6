"""Edits of signals/rsi and its layer."""
from edit import alters, preserves

CODE = "calculations/signals/rsi.cc"
WILDER = "layers/market/wilder.h"
BANDS = "layers/market/bands.h"

ZONE = """
// 0: oversold (RSI of 30 or less), 1: between, 2: overbought (70 or more).
inline std::optional<int64_t> rsi_zone(std::optional<double> rsi) {
  if (!rsi) return std::nullopt;
  return *rsi <= 30 ? 0 : *rsi >= 70 ? 2 : 1;
}
"""

EDITS = (
    preserves(
        "rsi", "class and members have other names",
        (CODE, "struct Rsi : PerEntity {", "struct RelativeStrength : PerEntity {"),
        (CODE, "  Rsi() { lines", "  RelativeStrength() { lines"),
        (CODE, "ALMANAC_CALCULATION(Rsi,", "ALMANAC_CALCULATION(RelativeStrength,"),
        (CODE, "In<double> close_before =", "In<double> last_known ="),
        (CODE, "[0][close_before]", "[0][last_known]"),
        proved=True),
    preserves(
        "rsi", "a local of the layer has another name",
        (WILDER, """    const double moves = avg_gain + avg_loss;
    return moves == 0 ? 0 : 100 * (avg_gain / moves);""",
         """    const double total = avg_gain + avg_loss;
    return total == 0 ? 0 : 100 * (avg_gain / total);"""),
        proved=True),
    preserves(
        "rsi", "other comments and lines",
        (CODE, """    if (state.empty() && quote.empty()) return;
""", """    // Nothing is known of it.
    if (state.empty() && quote.empty())
      return;
"""),
        (WILDER, "  // Null before bar 14.\n", "  /* Nobody can say before bar 14. */\n"),
        proved=True),
    preserves(
        "rsi", "what nobody uses is declared and included",
        (CODE, "#include <cmath>\n", "#include <algorithm>\n#include <cmath>\n#include <string>\n"),
        (CODE, "  static constexpr int64_t kEnded = -1;\n",
         "  static constexpr int64_t kEnded = -1;\n  static constexpr int64_t kBegun = -2;\n"),
        (WILDER, "// 0: oversold",
         "inline double half_of(double x) { return x / 2; }\n\n// 0: oversold"),
        proved=True),
    preserves(
        "rsi", "a helper is extracted",
        (CODE, "wilder.bars == kEnded || (!quote.empty() && !std::isfinite(quote[0][price]));",
         "ends(wilder, quote);"),
        (CODE, "  void process(", """  bool ends(const Wilder& wilder, const Rows& quote) const {
    if (wilder.bars == kEnded) return true;
    return !quote.empty() && !std::isfinite(quote[0][price]);
  }

  void process(""")),
    preserves(
        "rsi", "two returns instead of a conditional value",
        (CODE, """    record[bars] = ended ? kEnded : wilder.bars;
    if (ended) return;
""", """    if (ended) {
      record[bars] = kEnded;
      return;
    }
    record[bars] = wilder.bars;
""")),
    preserves(
        "rsi", "the period is a double",
        (WILDER, "constexpr int64_t kPeriod = 14;", "constexpr double kPeriod = 14;")),
    preserves(
        "rsi", "the mean is a function",
        (WILDER, "  void add(double change) {", """\
  static double smoothed(double average, double x) {
    return ((kPeriod - 1) * average + x) / kPeriod;
  }

  void add(double change) {"""),
        (WILDER, "avg_gain = ((kPeriod - 1) * avg_gain + gain) / kPeriod;",
         "avg_gain = smoothed(avg_gain, gain);"),
        (WILDER, "avg_loss = ((kPeriod - 1) * avg_loss + loss) / kPeriod;",
         "avg_loss = smoothed(avg_loss, loss);"),
        proved=True),
    # max(a, b) is a unless a < b: 0 for a NaN, and for -0.0.
    preserves(
        "rsi", "gain and loss are maxima",
        (WILDER, "#include <cstdint>", "#include <algorithm>\n#include <cstdint>"),
        (WILDER, "const double gain = change > 0 ? change : 0, loss = change < 0 ? -change : 0;",
         "const double gain = std::max(0.0, change), loss = std::max(0.0, -change);")),
    preserves(
        "rsi", "the index is computed once",
        (CODE, """    record[rsi14] = wilder.rsi();
    record[zone] = rsi_zone(wilder.rsi());
""", """    const std::optional<double> index = wilder.rsi();
    record[rsi14] = index;
    record[zone] = rsi_zone(index);
""")),
    preserves(
        "rsi", "a chain of ifs for the zone",
        (WILDER, "  return *rsi <= 30 ? 0 : *rsi >= 70 ? 2 : 1;\n", """  if (*rsi <= 30) return 0;
  if (*rsi >= 70) return 2;
  return 1;
""")),
    preserves(
        "rsi", "the zone counts the cuts that are passed",
        (WILDER, "  return *rsi <= 30 ? 0 : *rsi >= 70 ? 2 : 1;\n", """  int64_t zone = 1;
  if (*rsi <= 30) --zone;
  if (*rsi >= 70) ++zone;
  return zone;
""")),
    preserves(
        "rsi", "the zone lies in another header",
        (WILDER, ZONE, ""),
        (BANDS, "// How many of the cuts", ZONE.lstrip() + "\n// How many of the cuts"),
        (CODE, '#include "layers/market/wilder.h"\n',
         '#include "layers/market/bands.h"\n#include "layers/market/wilder.h"\n'),
        proved=True),
    preserves(
        "rsi", "De Morgan",
        (CODE, "if (!ended && !today.empty() && !state.empty()) {",
         "if (!(ended || today.empty() || state.empty())) {"),
        proved=True),
    preserves(
        "rsi", "columns are set in another order",
        (CODE, """    record[avg_gain] = wilder.avg_gain;
    record[avg_loss] = wilder.avg_loss;
""", """    record[avg_loss] = wilder.avg_loss;
    record[avg_gain] = wilder.avg_gain;
""")),
    preserves(
        "rsi", "comparisons the other way round",
        (WILDER, "change > 0 ? change : 0, loss = change < 0 ?",
         "0 < change ? change : 0, loss = 0 > change ?"),
        (WILDER, "*rsi <= 30 ? 0 : *rsi >= 70", "30.0 >= *rsi ? 0 : 7e1 <= *rsi"),
        proved=True),
    preserves("rsi", "the file lies in another folder",
              moves=((CODE, "calculations/technical/strength/rsi.cc"),), proved=True),
    preserves("rsi", "another category",
              (CODE, '(Rsi, "signals", "rsi")', '(Rsi, "technical", "rsi")'),
              proved=True),

    alters("rsi", "a period of 15",
           (WILDER, "kPeriod = 14;", "kPeriod = 15;"),
           where="any change of the close"),
    alters("rsi", "bar 14 is smoothed already",
           (WILDER, "if (bars <= kPeriod) {", "if (bars < kPeriod) {"),
           where="13 bars so far, and a change of the close"),
    alters("rsi", "an index of exactly 30 is not oversold",
           (WILDER, "*rsi <= 30", "*rsi < 30"),
           where="20 bars, averages of 42 and 98 before, the same close again: 39 / 130"),
    alters("rsi", "50 where nothing ever moved",
           (WILDER, "moves == 0 ? 0 :", "moves == 0 ? 50 :"),
           where="20 bars, averages of 0, the same close again"),
    alters("rsi", "next to no movement is none",
           (WILDER, "moves == 0 ?", "moves < 1e-12 ?"),
           where="20 bars, averages of 1e-14 and 0, the same close again"),
    alters("rsi", "an infinite price does not end the series",
           (CODE, "!std::isfinite(quote[0][price])", "std::isnan(quote[0][price])"),
           where="a ticker whose price is infinite"),
    alters("rsi", "the first close is a bar",
           (CODE, "if (!ended && !today.empty() && !state.empty()) {",
            "if (!ended && !today.empty()) {"),
           where="a ticker without a row before, with a close"),
    alters("rsi", "an unknown change spreads",
           (WILDER, "#include <cstdint>", "#include <algorithm>\n#include <cstdint>"),
           (WILDER, "const double gain = change > 0 ? change : 0, loss = change < 0 ? -change : 0;",
            "const double gain = std::max(change, 0.0), loss = std::max(-change, 0.0);"),
           where="a row before, and a close, but last_close has a null for the previous one"),
    alters("rsi", "a loss has the wrong sign",
           (WILDER, "change < 0 ? -change : 0", "change < 0 ? change : 0"),
           where="a close below the previous one"),
    alters("rsi", "integers are divided",
           (WILDER, "avg_gain = ((kPeriod - 1) * avg_gain + gain) / kPeriod;",
            "avg_gain = (kPeriod - 1) / kPeriod * avg_gain + gain / kPeriod;"),
           where="20 bars and an average gain above 0"),
    alters("rsi", "the mean is rounded otherwise",
           (WILDER, "avg_loss = ((kPeriod - 1) * avg_loss + loss) / kPeriod;",
            "avg_loss += (loss - avg_loss) / kPeriod;"),
           where="20 bars and an average loss of 0.7, a gain: the last bit"),
    alters("rsi", "the formula of the book",
           (WILDER, "100 * (avg_gain / moves)", "100 - 100 / (1 + avg_gain / avg_loss)"),
           where="averages of which the quotient is rounded: the last bits"),
    alters("rsi", "gain and loss of the day before change places",
           (CODE, "{state[0][gain_before], state[0][loss_before],",
            "{state[0][loss_before], state[0][gain_before],"),
           where="averages before that differ"),
    alters("rsi", "29 February is no bar",
           (CODE, "    if (!ended && !today.empty() && !state.empty()) {",
            """    const Date::Parts on = entity.date().parts();
    const bool leap = on.month == 2 && on.day == 29;
    if (!ended && !leap && !today.empty() && !state.empty()) {"""),
           where="a change of the close on 29 February"),
)
