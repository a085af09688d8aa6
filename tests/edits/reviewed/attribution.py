"""Edits of attribution, as a review may bring them."""
from edit import alters, preserves

ACTIVE = "calculations/attribution/active_return.cc"
CAPM = "calculations/attribution/capm.cc"
SECTOR = "calculations/attribution/sector_attribution.cc"
MARKET_RETURNS = "layers/market/market_returns.h"
REGRESSION = "layers/mathematics/regression.h"
NUMBERS = "layers/mathematics/numbers.h"
BRINSON = "layers/attribution/brinson.h"

ACTIVE_BODY = """    const Rows own = entity.rows(daily), effects = entity.rows(sectors);
    if (own.empty()) return;
    Record record = out.add();
    if (effects.empty()) return;
    Sum benchmark;
    for (const Row row : effects) benchmark += row[wb] * row[rb];
    const auto total = [&](In<double> effect) {
      Sum sum;
      for (const Row row : effects) sum += row[effect];
      return defined(sum);
    };
    record[active_return] = defined(own[0][daily_return] - benchmark);
    record[bf_allocation] = total(allocation);
    record[bf_selection] = total(selection);
    record[bf_interaction] = total(interaction);
"""

EDITS = (
    alters(
        "active_return", "benchmark by inner product",
        (ACTIVE, """#include "layers/mathematics/numbers.h"
""", """#include <numeric>
#include <vector>

#include "layers/mathematics/numbers.h"
"""),
        (ACTIVE, ACTIVE_BODY,
         """    const Rows own = entity.rows(daily), effects = entity.rows(sectors);
    if (own.empty()) return;
    Record record = out.add();
    if (effects.empty()) return;
    const auto values = [&](In<double> column) {
      const auto view = effects.column(column);
      return std::vector<double>(view.begin(), view.end());
    };
    const auto total = [&](In<double> effect) {
      Sum sum;
      for (const double x : values(effect)) sum += x;
      return defined(sum);
    };
    const std::vector<double> weights = values(wb), returns = values(rb);
    const double benchmark =
        std::inner_product(weights.begin(), weights.end(), returns.begin(), 0.0);
    record[active_return] = defined(own[0][daily_return] - benchmark);
    record[bf_allocation] = total(allocation);
    record[bf_selection] = total(selection);
    record[bf_interaction] = total(interaction);
"""),
        where="a user with daily_return 1 and three sectors, wb 0.5, 0.25, 0.25 and rb 0.2, 0.8, "
              "1.2: 1 - 0.6 = 0.4 before; after, (0.1 + 0.2) + 0.3 is 0.6000000000000001 and "
              "active_return 0.3999999999999999"),
    preserves(
        "active_return", "total by function, nested",
        (ACTIVE, ACTIVE_BODY + "  }\n",
         """    const Rows own = entity.rows(daily);
    const Rows effects = entity.rows(sectors);
    if (!own.empty()) {
      const Record record = out.add();
      if (!effects.empty()) {
        record[bf_interaction] = total(effects, interaction);
        record[bf_selection] = total(effects, selection);
        record[bf_allocation] = total(effects, allocation);
        Sum benchmark;
        for (size_t i = 0; i < effects.size(); i++) {
          const double weight = effects[i][wb], ret = effects[i][rb];
          benchmark += weight * ret;
        }
        const double mine = own[0][daily_return];
        record[active_return] = defined(mine - benchmark);
      }
    }
  }

  // Of an effect, over all sectors.
  static std::optional<double> total(const Rows& sectors_of_user, In<double> effect) {
    Sum all;
    for (const double x : sectors_of_user.column(effect)) all += x;
    return defined(all);
  }
""")),
    alters(
        "capm", "return of the market outside of the loop",
        (MARKET_RETURNS,
         """  std::vector<double> returns;
  for (const almanac::WindowDay there : day.window(table)) {
    returns.push_back(kUndefined);
    for (const almanac::Row row : there.rows) {
      if (row[ticker] == kMarketIndex) returns.back() = row[ret_1d];
    }
  }
  return returns;
""",
         """  const almanac::Window days = day.window(table);
  std::vector<double> returns;
  returns.reserve(days.size());
  double market = kUndefined;
  for (const almanac::WindowDay there : days) {
    for (const almanac::Row row : there.rows) {
      if (row[ticker] == kMarketIndex) market = row[ret_1d];
    }
    returns.push_back(market);
  }
  return returns;
"""),
        where="the index has rows on the last 60 days but for the one 10 days ago, a user has a "
              "return on each: that day and the next, which has no close before it, are no pairs "
              "before, n_obs 58; after, that day is one with the market's return of the day before "
              "it, n_obs 59"),
    preserves(
        "capm", "pairs by a function, distances named",
        (REGRESSION,
         """// Through the pairs of which""",
         """// The values of x and y, side by side, of the pairs of which both are defined.
struct CompletePairs {
  std::vector<double> x, y;

  CompletePairs(std::span<const double> all_x, std::span<const double> all_y) {
    for (size_t i = 0; i != all_x.size(); i++) {
      if (std::isfinite(all_x[i]) && std::isfinite(all_y[i])) {
        x.push_back(all_x[i]);
        y.push_back(all_y[i]);
      }
    }
  }
};

// Through the pairs of which"""),
        (REGRESSION,
         """  std::vector<double> xs, ys;
  for (size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
    xs.push_back(x[i]);
    ys.push_back(y[i]);
  }
  Line line;
  line.n = xs.size();
""",
         """  const CompletePairs pairs(x, y);
  const std::vector<double>&xs = pairs.x, &ys = pairs.y;
  Line line;
  line.n = xs.size();
"""),
        (REGRESSION,
         """    sxx += (xs[i] - x_mean) * (xs[i] - x_mean);
    sxy += (xs[i] - x_mean) * (ys[i] - y_mean);
    syy += (ys[i] - y_mean) * (ys[i] - y_mean);
""",
         """    const double dx = xs[i] - x_mean, dy = ys[i] - y_mean;
    syy += dy * dy;
    sxy += dx * dy;
    sxx += dx * dx;
""")),
    alters(
        "sector_attribution", "nothing is what is next to nothing",
        (NUMBERS,
         """// a / b; undefined where b is 0.
inline double ratio(double a, double b) {
  return b == 0 ? kUndefined : a / b;
}
""",
         """// a / b; undefined where b is 0, or what rounding has left of it.
inline double ratio(double a, double b, double nothing = 1e-12) {
  return std::abs(b) <= nothing ? kUndefined : a / b;
}
"""),
        where="a user with a lot of 1 unit of a stock of one sector at 100, and one of 1e-15 units "
              "of the only stock of another, at 50 (worth 5e-14): rp of that sector is the stock's "
              "return before, null after"),
    preserves(
        "sector_attribution", "sectors by a map",
        (BRINSON, "#include <cmath>\n", "#include <cmath>\n#include <map>\n"),
        (BRINSON,
         """    std::vector<std::pair<std::string_view, double>> by_sector;
    std::vector<double> all;
    for (const auto& [ticker, ret] : returns) {
      const std::string_view sector = sector_name(ticker);
      if (sector.empty() || ticker == kMarketIndex || !std::isfinite(ret)) continue;
      by_sector.emplace_back(sector, ret);
      all.push_back(ret);
    }
    std::sort(by_sector.begin(), by_sector.end());
    for (size_t begin = 0, end; begin < by_sector.size(); begin = end) {
      std::vector<double> mine;
      for (end = begin; end < by_sector.size() && by_sector[end].first == by_sector[begin].first;) {
        mine.push_back(by_sector[end++].second);
      }
      sectors_.push_back({by_sector[begin].first,
                          static_cast<double>(mine.size()) / static_cast<double>(all.size()),
                          mean(mine)});
    }
    whole_ = mean(all);
""",
         """    std::map<std::string_view, std::vector<double>> by_sector;
    std::vector<double> all;
    for (const auto& [ticker, ret] : returns) {
      if (!std::isfinite(ret)) continue;
      const std::string_view sector = sector_name(ticker);
      const bool counts = !sector.empty() && ticker != kMarketIndex;
      if (!counts) continue;
      all.push_back(ret);
      by_sector[sector].push_back(ret);
    }
    whole_ = mean(all);
    const auto stocks = static_cast<double>(all.size());
    for (auto& [name, mine] : by_sector) {
      std::sort(mine.begin(), mine.end());
      const double weight = static_cast<double>(mine.size()) / stocks;
      sectors_.push_back({name, weight, mean(mine)});
    }
""")),
    preserves(
        "sector_attribution", "stakes in a struct",
        (SECTOR,
         """    std::vector<Sum> value(sectors.size() + 1), pnl(sectors.size() + 1);  // the last: of no sector
    for (const Lot& lot : book.lots()) {
      if (!lot.held(0)) continue;
      const size_t mine = benchmark.find(books.closes.names()[lot.ticker]);
      value[mine] += book.worth(lot, 0);
      pnl[mine] += book.earned(lot, 1);
    }
    for (size_t i = 0; i < sectors.size(); ++i) {
      const double weight = value[i] / before, ret = ratio(pnl[i], value[i]);
      const Effects effects = effects_of(weight, value[i] == 0 ? sectors[i].ret : ret,
                                         sectors[i].weight, sectors[i].ret, benchmark.whole());
      Record record = out.add();
      record[sector] = sectors[i].name;
      record[wp] = defined(weight);
      record[rp] = defined(ret);
      record[wb] = sectors[i].weight;
      record[rb] = sectors[i].ret;
      record[allocation] = defined(effects.allocation);
      record[selection] = defined(effects.selection);
      record[interaction] = defined(effects.interaction);
    }
""",
         """    struct Stake {
      Sum value, pnl;
    };
    std::vector<Stake> stakes(sectors.size() + 1);  // the last: of no sector
    for (const Lot& lot : book.lots()) {
      if (lot.held(0)) {
        const std::string_view name = books.closes.names()[lot.ticker];
        Stake& mine = stakes[benchmark.find(name)];
        mine.pnl += book.earned(lot, 1);
        mine.value += book.worth(lot, 0);
      }
    }
    size_t i = 0;
    for (const auto& of_all : sectors) {
      const double value = stakes[i].value, pnl = stakes[i].pnl;
      ++i;
      const double weight = value / before, ret = ratio(pnl, value);
      double own = ret;
      if (value == 0) own = of_all.ret;
      const auto [allocated, selected, both] =
          effects_of(weight, own, of_all.weight, of_all.ret, benchmark.whole());
      Record record = out.add();
      record[sector] = of_all.name;
      record[wb] = of_all.weight;
      record[rb] = of_all.ret;
      record[wp] = defined(weight);
      record[rp] = defined(ret);
      record[allocation] = defined(allocated);
      record[selection] = defined(selected);
      record[interaction] = defined(both);
    }
""")),
)
