"""Edits of attribution/active_return, capm, sector_attribution and their layers."""
from edit import alters, preserves

ACTIVE = "calculations/attribution/active_return.cc"
CAPM = "calculations/attribution/capm.cc"
SECTORS = "calculations/attribution/sector_attribution.cc"
BRINSON = "layers/attribution/brinson.h"
MARKET = "layers/market/market_returns.h"
NUMBERS = "layers/mathematics/numbers.h"
REGRESSION = "layers/mathematics/regression.h"
SUM = "layers/mathematics/sum.h"

BENCHMARK = """\
    Sum benchmark;
    for (const Row row : effects) benchmark += row[wb] * row[rb];
"""
TOTAL = """\
    const auto total = [&](In<double> effect) {
      Sum sum;
      for (const Row row : effects) sum += row[effect];
      return defined(sum);
    };
"""
TOTALS = """\
    record[active_return] = defined(own[0][daily_return] - benchmark);
    record[bf_allocation] = total(allocation);
    record[bf_selection] = total(selection);
    record[bf_interaction] = total(interaction);
"""

FITTED = """\
    Record record = out.add();
    record[alpha_ann] = defined(line.alpha * kDaysPerYear);
    record[beta] = defined(line.beta);
    record[alpha_t] = defined(line.alpha_t);
    record[r2] = defined(line.r2);
    record[resid_vol] = defined(line.residual_sd * std::sqrt(kDaysPerYear));
    record[n_obs] = line.n;
"""
INDEX_OF_DAY = """\
    for (const almanac::Row row : there.rows) {
      if (row[ticker] == kMarketIndex) returns.back() = row[ret_1d];
    }
"""
PAIRS = """\
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
"""
PRODUCTS = """\
  Sum sxx, sxy, syy, sse;
  for (size_t i = 0; i < xs.size(); ++i) {
    sxx += (xs[i] - x_mean) * (xs[i] - x_mean);
    sxy += (xs[i] - x_mean) * (ys[i] - y_mean);
    syy += (ys[i] - y_mean) * (ys[i] - y_mean);
  }
"""
RESIDUALS = """\
  for (size_t i = 0; i < xs.size(); ++i) {
    const double residual = ys[i] - line.alpha - line.beta * xs[i];
    sse += residual * residual;
  }
"""

HELD = """\
    std::vector<Sum> value(sectors.size() + 1), pnl(sectors.size() + 1);  // the last: of no sector
"""
LOTS = """\
    for (const Lot& lot : book.lots()) {
      if (!lot.held(0)) continue;
      const size_t mine = benchmark.find(books.closes.names()[lot.ticker]);
      value[mine] += book.worth(lot, 0);
      pnl[mine] += book.earned(lot, 1);
    }
"""
EFFECTS = """\
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
"""
GROUPS = """\
    std::vector<std::pair<std::string_view, double>> by_sector;
    std::vector<double> all;
"""
ADD_TO_GROUP = "      by_sector.emplace_back(sector, ret);\n"
EACH_GROUP = """\
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
"""
FIND_SECTOR = """\
    const auto found = std::find_if(sectors_.begin(), sectors_.end(),
                                    [&](const Sector& sector) { return sector.name == name; });
    return static_cast<size_t>(found - sectors_.begin());
"""

EDITS = (
    preserves(
        "active_return", "one loop for all sums",
        (ACTIVE, BENCHMARK + TOTAL + TOTALS, """\
    Sum benchmark, allocations, selections, interactions;
    for (size_t i = 0; i < effects.size(); i++) {
      const Row row = effects[i];
      allocations += row[allocation];
      selections += row[selection];
      interactions += row[interaction];
      benchmark += row[wb] * row[rb];
    }
    record[bf_interaction] = defined(interactions);
    record[bf_selection] = defined(selections);
    record[bf_allocation] = defined(allocations);
    record[active_return] = defined(own[0][daily_return] - benchmark);
""")),
    preserves(
        "active_return", "algorithms over columns, in the same order",
        (ACTIVE, "#include <almanac/calculation.h>\n",
         "#include <almanac/calculation.h>\n\n#include <functional>\n#include <numeric>\n"),
        (ACTIVE, BENCHMARK + TOTAL, """\
    const auto add = [](Sum so_far, double x) {
      so_far += x;
      return so_far;
    };
    const auto weights = effects.column(wb), returns = effects.column(rb);
    const Sum benchmark = std::inner_product(weights.begin(), weights.end(), returns.begin(),
                                             Sum(), add, std::multiplies<double>());
    const auto total = [&](In<double> effect) {
      const auto terms = effects.column(effect);
      return defined(std::accumulate(terms.begin(), terms.end(), Sum(), add));
    };
""")),
    # Where both sides are as large, each of the two formulas has an error of 0.
    preserves(
        "active_return", "the error of a sum of two equal terms by the other formula",
        (SUM, "std::abs(sum_) >= std::abs(x) ?", "std::abs(sum_) > std::abs(x) ?")),
    # The opposite of a difference is the other difference, without any rounding.
    preserves(
        "active_return", "the difference the other way round, and negated",
        (ACTIVE, "defined(own[0][daily_return] - benchmark)",
         "defined(-(benchmark - own[0][daily_return]))")),
    # Once a term is not finite, the sum is not, whatever comes after it.
    preserves(
        "active_return", "a total is a function of a new layer, and ends where it is unknown",
        ("layers/attribution/total.h", "", """// What effects add up to.
#pragma once

#include <almanac/calculation.h>

#include <cmath>
#include <optional>

#include "layers/mathematics/numbers.h"

// Null where one of the terms is not known.
inline std::optional<double> total_of(const almanac::Rows& rows, almanac::In<double> effect) {
  Sum sum;
  for (size_t i = 0; i < rows.size(); ++i) {
    const double term = rows[i][effect];
    if (!std::isfinite(term)) return std::nullopt;
    sum += term;
  }
  return defined(sum);
}
"""),
        (ACTIVE, '#include "layers/mathematics/numbers.h"\n',
         '#include "layers/attribution/total.h"\n#include "layers/mathematics/numbers.h"\n'),
        (ACTIVE, TOTAL, ""),
        (ACTIVE, "total(allocation)", "total_of(effects, allocation)"),
        (ACTIVE, "total(selection)", "total_of(effects, selection)"),
        (ACTIVE, "total(interaction)", "total_of(effects, interaction)")),

    preserves(
        "capm", "the index is looked for from the end of a day",
        (MARKET, INDEX_OF_DAY, """\
    for (size_t i = there.rows.size(); i-- > 0;) {
      const almanac::Row row = there.rows[i];
      if (row[ticker] != kMarketIndex) continue;
      returns.back() = row[ret_1d];
      break;
    }
""")),
    preserves(
        "capm", "each sum of products has a loop of its own",
        (REGRESSION, PRODUCTS, """\
  using Values = std::vector<double>;
  const auto products = [](const Values& a, double a_mean, const Values& b, double b_mean) {
    Sum sum;
    for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - a_mean) * (b[i] - b_mean);
    return sum;
  };
  const double sxx = products(xs, x_mean, xs, x_mean), sxy = products(xs, x_mean, ys, y_mean);
  const double syy = products(ys, y_mean, ys, y_mean);
  Sum sse;
""")),
    preserves(
        "capm", "residuals are kept",
        (REGRESSION, RESIDUALS, """\
  std::vector<double> residuals;
  residuals.reserve(xs.size());
  std::transform(xs.begin(), xs.end(), ys.begin(), std::back_inserter(residuals),
                 [&line](double of_x, double of_y) {
                   const double over_alpha = of_y - line.alpha;
                   return over_alpha - line.beta * of_x;
                 });
  for (const double residual : residuals) sse += residual * residual;
"""),
        (REGRESSION, "#include <cmath>\n#include <cstddef>\n",
         "#include <algorithm>\n#include <cmath>\n#include <cstddef>\n#include <iterator>\n")),
    # Without a slope there is no residual, and nothing that is made of them.
    preserves(
        "capm", "nothing more is set where there is no slope",
        (CAPM, FITTED, """\
    Record record = out.add();
    record[n_obs] = line.n;
    if (!std::isfinite(line.beta)) return;
    record[beta] = line.beta;
    record[r2] = defined(line.r2);
    record[alpha_t] = defined(line.alpha_t);
    record[alpha_ann] = defined(line.alpha * kDaysPerYear);
    record[resid_vol] = defined(line.residual_sd * std::sqrt(kDaysPerYear));
""")),
    preserves(
        "capm", "finite is what leaves 0 when it is taken from itself",
        (NUMBERS, "return std::isfinite(x) ? std::optional(x) : std::nullopt;", """\
if (x - x != 0) return std::nullopt;
  return x;""")),

    preserves(
        "sector_attribution", "lots of no sector are left out",
        (SECTORS, HELD, "    std::vector<Sum> value(sectors.size()), pnl(sectors.size());\n"),
        (SECTORS, LOTS, """\
    for (const Lot& lot : book.lots()) {
      const size_t mine = benchmark.find(books.closes.names()[lot.ticker]);
      if (mine == sectors.size() || !lot.held(0)) continue;
      pnl[mine] += book.earned(lot, 1);
      value[mine] += book.worth(lot, 0);
    }
""")),
    preserves(
        "sector_attribution", "returns are grouped by a map",
        (BRINSON, "#include <cmath>\n#include <string_view>\n",
         "#include <cmath>\n#include <map>\n#include <string_view>\n"),
        (BRINSON, GROUPS, """\
    std::map<std::string_view, std::vector<double>> by_sector;
    std::vector<double> all;
"""),
        (BRINSON, ADD_TO_GROUP, "      by_sector[sector].push_back(ret);\n"),
        (BRINSON, EACH_GROUP, """\
    const auto stocks = static_cast<double>(all.size());
    for (auto& [name, mine] : by_sector) {
      std::sort(mine.begin(), mine.end());  // they are added up in this order
      sectors_.push_back({name, static_cast<double>(mine.size()) / stocks, mean(mine)});
    }
""")),
    # Lots of the history are closed on the date, so none is before it.
    preserves(
        "sector_attribution", "who was opened before is held",
        (SECTORS, "      if (!lot.held(0)) continue;\n", "      if (lot.opened > 0) continue;\n")),
    preserves(
        "sector_attribution", "sectors are found by their order, in a header of another folder",
        ("layers/benchmarks/sectors.h", FIND_SECTOR, """\
    const auto found =
        std::lower_bound(sectors_.begin(), sectors_.end(), name,
                         [](const Sector& sector, auto wanted) { return sector.name < wanted; });
    if (found == sectors_.end() || found->name != name) return sectors_.size();
    return static_cast<size_t>(found - sectors_.begin());
"""),
        (SECTORS, '#include "layers/attribution/brinson.h"\n',
         '#include "layers/benchmarks/sectors.h"\n'),
        moves=((BRINSON, "layers/benchmarks/sectors.h"),)),
    preserves(
        "sector_attribution", "a struct holds both sums of a sector",
        (SECTORS, HELD, """\
    struct Held {
      Sum value, pnl;
    };
    std::vector<Held> held(sectors.size() + 1);  // the last: of no sector
"""),
        (SECTORS, LOTS, """\
    for (size_t i = 0; i < book.lots().size(); i++) {
      const Lot& lot = book.lots()[i];
      if (lot.held(0)) {
        Held& mine = held[benchmark.find(books.closes.names()[lot.ticker])];
        mine.value += book.worth(lot, 0);
        mine.pnl += book.earned(lot, 1);
      }
    }
"""),
        (SECTORS, EFFECTS, """\
    auto mine = held.begin();
    for (const SectorBenchmark::Sector& stocks : sectors) {
      const double value = mine->value, pnl = mine->pnl;
      ++mine;
      const double weight = value / before, ret = ratio(pnl, value);
      const double of_effects = value != 0 ? ret : stocks.ret;
      const Effects effects =
          effects_of(weight, of_effects, stocks.weight, stocks.ret, benchmark.whole());
      Record record = out.add();
      record[sector] = stocks.name;
      record[wp] = defined(weight);
      record[rp] = defined(ret);
      record[wb] = stocks.weight;
      record[rb] = stocks.ret;
""")),

    alters("active_return", "an unknown effect is left out of its sum",
           (ACTIVE, "for (const Row row : effects) sum += row[effect];", """\
for (const Row row : effects) {
        if (row.has(effect)) sum += row[effect];
      }"""),
           where="a user with a null among the selections"),
    alters("active_return", "a user without effects has no row",
           (ACTIVE, "    if (own.empty()) return;\n    Record record = out.add();\n"
            "    if (effects.empty()) return;\n",
            "    if (own.empty() || effects.empty()) return;\n    Record record = out.add();\n"),
           where="a user with a row of daily_return alone"),
    alters("active_return", "a plain sum for the benchmark",
           (ACTIVE, "    Sum benchmark;\n", "    double benchmark = 0;\n"),
           where="weights of 1, and returns of 0.1, 0.2 and 0.3, of three sectors: the last bits"),
    alters("active_return", "weights are rounded to 12 decimals",
           (ACTIVE, "row[wb] * row[rb]", "rounded(row[wb]) * row[rb]"),
           where="weights of 1 / 3: the last digits"),
    alters("active_return", "nothing is known at the end of a quarter",
           (ACTIVE, "    if (effects.empty()) return;\n", """\
    const Date::Parts next = (entity.date() + 1).parts();
    if (effects.empty() || (next.day == 1 && next.month % 3 == 1)) return;
"""),
           where="a user with effects on 31 March"),

    alters("capm", "a pair counts where its product is finite",
           (REGRESSION, PAIRS, "    if (!std::isfinite(x[i] * y[i])) continue;\n"),
           where="returns of 1e200 of both on one day"),
    alters("capm", "30 pairs are too few",
           (REGRESSION, "line.n < least ||", "line.n <= least ||"),
           where="exactly 30 pairs"),
    alters("capm", "r2 is the squared correlation",
           (REGRESSION, "1 - sse / syy", "sxy * sxy / (sxx * syy)"),
           where="30 pairs that lie on no line: the last bits"),
    alters("capm", "a day without the index has no place",
           (MARKET, "    returns.push_back(kUndefined);\n", ""),
           (MARKET, "returns.back() = row[ret_1d];", "returns.push_back(row[ret_1d]);"),
           where="60 days, on the first of which SP500 has no row"),
    alters("capm", "more of a deviation is rounding",
           (REGRESSION, "kRounding = 1e-15;", "kRounding = 1e-12;"),
           where="30 pairs, and returns of the market that differ by 1e-13"),

    alters("sector_attribution", "a sector with debts has the benchmark's return",
           (SECTORS, "value[i] == 0 ? sectors[i].ret : ret", "value[i] > 0 ? ret : sectors[i].ret"),
           where="a short whose close has more than doubled, and a larger lot of another sector"),
    alters("sector_attribution", "the index is a stock",
           (BRINSON, "sector.empty() || ticker == kMarketIndex || !std", "sector.empty() || !std"),
           where="sectors that name SP500, which has a return"),
    alters("sector_attribution", "of several sectors of a ticker the first of the file counts",
           (BRINSON, "    std::sort(sector_of_.begin(), sector_of_.end());\n", """\
    std::stable_sort(sector_of_.begin(), sector_of_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
"""),
           where="a ticker with two sectors, of which the second one comes first by name"),
    alters("sector_attribution", "weights by the value at the close of the date",
           (SECTORS, "value[i] / before", "value[i] / book.value(1)"),
           where="a lot opened before, whose close has changed"),
    alters("sector_attribution", "the benchmark's return is added up from its sectors",
           (BRINSON, "    whole_ = mean(all);\n", """\
    Sum whole;
    for (const Sector& sector : sectors_) whole += sector.weight * sector.ret;
    if (!sectors_.empty()) whole_ = whole;
"""),
           where="returns of 0.1, 0.2 and 0.4, the first two of one sector: the last bits"),
)
