"""Edits of market/price_extractor, signals/price_layers and their layers."""
from edit import alters, preserves

EXTRACTOR = "calculations/market/price_extractor.cc"
LAYERS = "calculations/signals/price_layers.cc"
BANDS = "layers/market/bands.h"
CLOSES = "layers/market/closes.h"
NUMBERS = "layers/mathematics/numbers.h"

DAYS = """\
    for (uint32_t back = kLongest; back > 0; --back) {
      days.emplace_back(span.rows(prices, 0, back), symbol, price);
    }
    for (size_t i = 0; i < span.size(); ++i) days.emplace_back(span.rows(prices, i), symbol, price);
"""
ONE_DAY = """\
        record[prev_close] = defined(before(1));
        record[ret_1d] = defined(now / before(1) - 1);
        record[log_ret] = defined(std::log(now / before(1)));
"""
LONGER = """\
        record[ret_5d] = defined(now / before(5) - 1);
        record[ret_20d] = defined(now / before(20) - 1);
        record[ret_60d] = defined(now / before(60) - 1);
        record[ret_252d] = defined(now / before(252) - 1);
"""
KEEP = "      if (std::isfinite(row[close])) closes_.emplace_back(row[ticker], row[close]);\n"
FIND = """\
    const auto found = std::lower_bound(closes_.begin(), closes_.end(), ticker,
                                        [](const auto& close, auto t) { return close.first < t; });
    return found != closes_.end() && found->first == ticker ? found->second : kUndefined;
"""

COLLECT = """\
    std::vector<double> closes, returns;  // of the window's days, oldest first
    for (const WindowDay day : entity.window(extracted)) {
      closes.push_back(day.rows.empty() ? kUndefined : day.rows[0][close]);
      returns.push_back(day.rows.empty() ? kUndefined : day.rows[0][log_ret]);
    }
"""
NOW = """\
    const double now = closes.back();
    if (std::isnan(now)) return;
"""
PUT_OUT = """\
    Record record = out.add();
    record[sma20] = defined(sma(20));
    record[sma50] = defined(sma(50));
    record[sma200] = defined(sma(200));
    record[trend] = trend_mask(now, sma(20), sma(50), sma(200));
    record[vol20] = defined(volatility(20));
    record[vol60] = defined(volatility(60));
    record[layer] = volatility_layer(volatility(20));
"""
MASK = """\
  return (close > sma20 ? 1 : 0) | (close > sma50 ? 2 : 0) | (close > sma200 ? 4 : 0) |
         (sma50 > sma200 ? 8 : 0);
"""
CUTS = """\
  if (std::isnan(volatility)) return std::nullopt;
  int64_t layer = 0;
  for (const double cut : {0.15, 0.25, 0.40, 0.60}) layer += cut <= volatility ? 1 : 0;
  return layer;
"""
SQUARES = """\
  Sum squares;
  for (const double x : values) squares += (x - centre) * (x - centre);
"""
LAST = """\
  return values.size() < n ? std::span<const double>(kTooFew) : values.last(n);
"""

EDITS = (
    preserves(
        "price_extractor", "one loop over all days",
        (EXTRACTOR, DAYS, """\
    days.reserve(kLongest + span.size());
    for (uint32_t day = 0; day < kLongest + span.size(); day++) {
      const bool early = day < kLongest;
      const Rows rows =
          early ? span.rows(prices, 0, kLongest - day) : span.rows(prices, day - kLongest);
      days.emplace_back(rows, symbol, price);
    }
""")),
    # Closes are finite, so none of a ticker comes before the lowest number.
    preserves(
        "price_extractor", "the closes of a day lie in an ordered set",
        (CLOSES, "#include <algorithm>\n#include <cmath>\n",
         "#include <cmath>\n#include <limits>\n#include <set>\n"),
        (CLOSES, "#include <utility>\n#include <vector>\n", "#include <utility>\n"),
        (CLOSES, "    closes_.reserve(rows.size());\n", ""),
        (CLOSES, KEEP, KEEP.replace("emplace_back", "emplace")),
        (CLOSES, "    std::sort(closes_.begin(), closes_.end());\n", ""),
        (CLOSES, FIND, """\
    const auto found = closes_.lower_bound({ticker, std::numeric_limits<double>::lowest()});
    return found != closes_.end() && found->first == ticker ? found->second : kUndefined;
"""),
        (CLOSES, "  std::vector<std::pair<std::string_view, double>> closes_;",
         "  std::multiset<std::pair<std::string_view, double>> closes_;")),
    preserves(
        "price_extractor", "a binary search by hand",
        (CLOSES, KEEP, """\
      const double value = row[close];
      if (!std::isfinite(value)) continue;
      closes_.emplace_back(row[ticker], value);
"""),
        (CLOSES, FIND, """\
    size_t low = 0, high = closes_.size();
    while (low < high) {
      const size_t middle = low + (high - low) / 2;
      if (closes_[middle].first < ticker) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low == closes_.size() || closes_[low].first != ticker) return kUndefined;
    return closes_[low].second;
""")),
    preserves(
        "price_extractor", "the quotient of a day is computed once",
        (EXTRACTOR, ONE_DAY, """\
        const double earlier = before(1), change = now / earlier;
        record[log_ret] = defined(std::log(change));
        record[ret_1d] = defined(change - 1);
        record[prev_close] = defined(earlier);
""")),
    preserves(
        "price_extractor", "a loop over the columns of returns",
        (EXTRACTOR, "#include <cmath>\n#include <vector>\n",
         "#include <cmath>\n#include <utility>\n#include <vector>\n"),
        (EXTRACTOR, "        record[ret_1d] = defined(now / before(1) - 1);\n", ""),
        (EXTRACTOR, LONGER, """\
        const std::pair<Out<double>, int> returns[] = {
            {ret_1d, 1}, {ret_5d, 5}, {ret_20d, 20}, {ret_60d, 60}, {ret_252d, 252}};
        for (const auto& [ret, n] : returns) {
          const double then = before(n);
          record[ret] = defined(now / then - 1);
        }
""")),

    preserves(
        "price_layers", "each number is computed once",
        (LAYERS, PUT_OUT, """\
    const double mean20 = sma(20), mean50 = sma(50), mean200 = sma(200);
    const double risk20 = volatility(20);
    Record record = out.add();
    record[sma20] = defined(mean20);
    record[sma50] = defined(mean50);
    record[sma200] = defined(mean200);
    record[trend] = trend_mask(now, mean20, mean50, mean200);
    record[vol20] = defined(risk20);
    record[vol60] = defined(volatility(60));
    record[layer] = volatility_layer(risk20);
""")),
    preserves(
        "price_layers", "who has no close leaves before the window is read",
        (LAYERS, COLLECT + NOW, """\
    const Rows today = entity.rows(extracted);
    if (today.empty()) return;
    const double now = today[0][close];
    if (std::isnan(now)) return;
""" + COLLECT)),
    preserves(
        "price_layers", "chains of ifs for the classes",
        (BANDS, MASK, """\
  int64_t mask = 0;
  if (sma200 < sma50) mask += 8;
  if (sma200 < close) mask += 4;
  if (sma50 < close) mask += 2;
  if (sma20 < close) ++mask;
  return mask;
"""),
        (BANDS, CUTS, """\
  if (volatility >= 0.60) return 4;
  if (volatility >= 0.40) return 3;
  if (volatility >= 0.25) return 2;
  if (volatility >= 0.15) return 1;
  if (!std::isnan(volatility)) return 0;
  return std::nullopt;
""")),
    preserves(
        "price_layers", "an algorithm adds up the squares, in the same order",
        (NUMBERS, SQUARES, """\
  const Sum squares = std::accumulate(values.begin(), values.end(), Sum(),
                                      [centre](Sum so_far, double x) {
                                        const double distance = x - centre;
                                        so_far += distance * distance;
                                        return so_far;
                                      });
"""),
        (NUMBERS, "#include <limits>\n", "#include <limits>\n#include <numeric>\n"),
        (NUMBERS, LAST, """\
  if (n <= values.size()) return values.subspan(values.size() - n);
  return kTooFew;
""")),
    preserves(
        "price_layers", "numbers are filled in by index",
        (LAYERS, COLLECT, """\
    const Window days = entity.window(extracted);
    std::vector<double> closes(days.size(), kUndefined), returns(days.size(), kUndefined);
    for (size_t i = 0; i != days.size(); i++) {
      const Rows rows = days[i].rows;
      if (rows.empty()) continue;
      returns[i] = rows[0][log_ret];
      closes[i] = rows[0][close];
    }
""")),

    alters("price_extractor", "of several closes of a day the highest counts",
           (CLOSES, FIND, """\
    const auto after = std::upper_bound(closes_.begin(), closes_.end(), ticker,
                                        [](auto t, const auto& close) { return t < close.first; });
    if (after == closes_.begin() || (after - 1)->first != ticker) return kUndefined;
    return (after - 1)->second;
"""),
           where="a ticker with two rows on the day before whose closes differ"),
    alters("price_extractor", "the oldest day of a series is read from the day after",
           (EXTRACTOR, "span.rows(prices, 0, back)",
            "span.rows(prices, 0, std::min(back, kLongest - 1))"),
           (EXTRACTOR, "#include <cmath>\n", "#include <algorithm>\n#include <cmath>\n"),
           where="closes 252 and 251 days before the first wanted date that differ"),
    alters("price_extractor", "a change of sign has a logarithm",
           (EXTRACTOR, "std::log(now / before(1))", "std::log(std::abs(now / before(1)))"),
           where="a close of 2 after one of -1"),
    alters("price_extractor", "no close before is NaN instead of null",
           (EXTRACTOR, "record[prev_close] = defined(before(1));",
            "record[prev_close] = before(1);"),
           where="a ticker without a close on the day before"),
    alters("price_extractor", "a return is rounded otherwise",
           (EXTRACTOR, "defined(now / before(20) - 1)", "defined((now - before(20)) / before(20))"),
           where="a close of 1.1, and of 0.6 before 20 days: the last bits"),

    alters("price_layers", "a volatility of exactly a cut does not reach it",
           (BANDS, "cut <= volatility", "cut < volatility"),
           where="log returns of 0.024559613253766908 and its opposite by turns: exactly 0.4"),
    alters("price_layers", "equal averages are a trend",
           (BANDS, "(sma50 > sma200 ? 8 : 0)", "(sma50 >= sma200 ? 8 : 0)"),
           where="a close of 1 on each of 200 days"),
    alters("price_layers", "a young calendar has averages over fewer days",
           (LAYERS, "mean(last(closes, n))", "mean(last(closes, std::min(n, closes.size())))"),
           (LAYERS, "#include <cmath>\n", "#include <algorithm>\n#include <cmath>\n"),
           where="a calendar of 30 days, with a close on each"),
    alters("price_layers", "the root of a year's days is a rounded constant",
           (LAYERS, "std::sqrt(kDaysPerYear)", "15.87450786638754"),
           where="20 log returns of 0.01 and -0.01 by turns: the last bits"),
    alters("price_layers", "a day without a row has a return of 0",
           (LAYERS, "returns.push_back(day.rows.empty() ? kUndefined :",
            "returns.push_back(day.rows.empty() ? 0 :"),
           where="a ticker without a row on one of the last 20 days, but not on the date"),
)
