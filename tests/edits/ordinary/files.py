"""Declarations that nobody uses, moved files, form and comments."""
from edit import preserves

EDITS = (
    # unused declarations
    preserves("user_classifier", "the names of all classes, which nobody reads yet",
          ("layers/profiling/user_class.h",
           '''#include <string_view>

''',
           '''#include <array>
#include <cstddef>
#include <string_view>

'''),
          ("layers/profiling/user_class.h",
           '''inline std::string_view user_class(const Habits& user) {
''',
           '''inline constexpr std::array<std::string_view, 8> kUserClasses = {
    "day_trader", "revenge_trader", "disposition_prone", "concentrated",
    "momentum",   "contrarian",     "index_holder",      "other"};

// The position in kUserClasses; their number for what is none of them.
inline size_t class_index(std::string_view name) {
  size_t i = 0;
  while (i < kUserClasses.size() && kUserClasses[i] != name) ++i;
  return i;
}

inline std::string_view user_class(const Habits& user) {
''')),

    preserves("active_return", "a helper, an alias and a constant for what comes next",
          ("calculations/attribution/active_return.cc",
           '''#include "layers/mathematics/numbers.h"

''',
           '''#include <cmath>

#include "layers/mathematics/numbers.h"

'''),
          ("calculations/attribution/active_return.cc",
           '''struct ActiveReturn : PerEntity {
  Table daily''',
           '''struct ActiveReturn : PerEntity {
  static constexpr double kTolerance = 1e-12;  // up to which effects and difference are alike
  struct Totals {
    double allocation = 0, selection = 0, interaction = 0;
  };

  static bool adds_up(const Totals& totals, double difference) {
    const double all = totals.allocation + totals.selection + totals.interaction;
    return std::abs(all - difference) <= kTolerance;
  }

  Table daily''')),

    # moved files
    preserves("frontier_gap", "hull.h to layers/geometry",
          ("calculations/risk/frontier_gap.cc",
           '#include "layers/mathematics/hull.h"\n', '#include "layers/geometry/hull.h"\n'),
          ("calculations/risk/risk_geometry.cc",
           '#include "layers/market/trailing_returns.h"\n#include "layers/mathematics/hull.h"\n',
           '#include "layers/geometry/hull.h"\n#include "layers/market/trailing_returns.h"\n'),
          ("calculations/risk/risk_points.cc",
           '#include "layers/market/trailing_returns.h"\n#include "layers/mathematics/hull.h"\n',
           '#include "layers/geometry/hull.h"\n#include "layers/market/trailing_returns.h"\n'),
          ("calculations/risk/user_risk_geometry.cc",
           '#include "layers/mathematics/hull.h"\n', '#include "layers/geometry/hull.h"\n'),
          moves=(("layers/mathematics/hull.h", "layers/geometry/hull.h"),)),

    preserves("capm", "market_returns.h and trailing_returns.h to layers/market/returns",
          ("calculations/attribution/capm.cc",
           '#include "layers/market/market_returns.h"\n', '#include "layers/market/returns/index.h"\n'),
          ("calculations/profiling/smart_money_score.cc",
           '#include "layers/market/market_returns.h"\n', '#include "layers/market/returns/index.h"\n'),
          ("calculations/risk/risk_points.cc",
           '#include "layers/market/trailing_returns.h"\n',
           '#include "layers/market/returns/trailing.h"\n'),
          ("calculations/risk/risk_geometry.cc",
           '#include "layers/market/trailing_returns.h"\n',
           '#include "layers/market/returns/trailing.h"\n'),
          moves=(("layers/market/market_returns.h", "layers/market/returns/index.h"),
                 ("layers/market/trailing_returns.h", "layers/market/returns/trailing.h"))),

    preserves("disposition", "disposition_effect.h to layers/psychometrics",
          ("calculations/psychometrics/disposition.cc",
           '#include "layers/portfolio/book.h"\n#include "layers/profiling/disposition_effect.h"\n',
           '#include "layers/portfolio/book.h"\n#include "layers/psychometrics/disposition_effect.h"\n'),
          ("layers/psychometrics/disposition_effect.h",
           "// The disposition effect: winners are sold sooner than losers. T. Odean,",
           "// Read by calculations/psychometrics/disposition.\n//\n"
           "// The disposition effect: winners are sold sooner than losers. T. Odean,"),
          moves=(("layers/profiling/disposition_effect.h",
                  "layers/psychometrics/disposition_effect.h"),)),

    # form and comments
    preserves("user_risk_geometry", "braces, one declaration a line, comments",
          ("calculations/risk/user_risk_geometry.cc",
           '''    for (const auto& [name, stake] : stakes) {
      const auto found = volatility.find(name);
      const double x = found == volatility.end() ? kUndefined : found->second;
      const double y = 100 * ratio(stake.net_profit, stake.invested);
      if (!std::isfinite(x) || !std::isfinite(y)) continue;
      places.push_back({rounded(x), rounded(y)});
      invested.push_back(stake.invested);
    }
    const std::vector<size_t> hull = convex_hull(places);
    Sum all, efficient;
    for (const double money : invested) all += money;
    for (const size_t corner : efficient_frontier(places, hull)) efficient += invested[corner];
    Record record = out.add();
''',
           '''    for (const auto& [name, stake] : stakes)
    {
      // A ticker that has no row in price_layers has no volatility either.
      const auto found = volatility.find(name);
      const double x =
          found == volatility.end()
              ? kUndefined
              : found->second;
      const double y = 100 * ratio(stake.net_profit, stake.invested);  // in percent
      if (!std::isfinite(x) || !std::isfinite(y))
      {
        continue;
      }
      places.push_back({rounded(x), rounded(y)});
      invested.push_back(stake.invested);
    }

    const std::vector<size_t> hull = convex_hull(places);

    Sum all;
    Sum efficient;
    for (const double money : invested)
    {
      all += money;
    }
    for (const size_t corner : efficient_frontier(places, hull))
    {
      efficient += invested[corner];
    }

    Record record = out.add();
''')),

    preserves("return_series", "book.h: other line breaks, more comments",
          ("layers/portfolio/book.h",
           '''  double close(const Lot& lot, std::ptrdiff_t day) const {
    const bool own = day == (lot.is_open ? lot.closed - 1 : lot.closed);
    return own && std::isnan(lot.value) ? kUndefined : closes_(lot.ticker, size_t(day));
  }
  double worth(const Lot& lot, std::ptrdiff_t day) const {
    return lot.units * (lot.open_price + lot.sign * (close(lot, day) - lot.open_price));
  }
  // On a day that it was held before.
  double earned(const Lot& lot, std::ptrdiff_t day) const {
    return lot.sign * lot.units * (close(lot, day) - closes_(lot.ticker, size_t(day - 1)));
  }
''',
           '''  double close(const Lot& lot,
               std::ptrdiff_t day) const {
    const bool own = (day == (lot.is_open ? lot.closed - 1
                                          : lot.closed));
    return (own && std::isnan(lot.value)) ? kUndefined
                                          : closes_(lot.ticker, size_t(day));
  }

  // units * price of a lot that gains as the price rises; of a short, what is left of its stake.
  double worth(const Lot& lot,
               std::ptrdiff_t day) const {
    return lot.units *
           (lot.open_price + lot.sign * (close(lot, day) - lot.open_price));
  }

  // From the close of the day before to that of the day, on a day that it was held before.
  double earned(const Lot& lot,
                std::ptrdiff_t day) const {
    return lot.sign * lot.units *
           (close(lot, day) - closes_(lot.ticker, size_t(day - 1)));
  }
''')),
)
