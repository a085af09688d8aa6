"""Edits of crowd/crowd_pnl_volatility and popular_assets, of profiling/smart_money_score, on which
that depends, and of their layers."""
from edit import alters, preserves

VOLATILITY = "calculations/crowd/crowd_pnl_volatility.cc"
ASSETS = "calculations/crowd/popular_assets.cc"
SCORE = "calculations/profiling/smart_money_score.cc"
MOMENTS = "layers/mathematics/moments.h"
NUMBERS = "layers/mathematics/numbers.h"
ORDER = "layers/mathematics/order.h"

UP = """\
    const auto up = std::count_if(sorted.begin(), sorted.end(), [](double r) { return r > 0; });
"""
OWN_DAYS = """\
      for (auto day = book.begin(); day < book.end(); ++day) {
        const double earned = book.pnl(day), before = book.value(day - 1);
        if (!std::isfinite(earned) || !std::isfinite(before)) continue;
        CrowdDay& all = days[static_cast<size_t>(day - 1)];  // the window begins a day earlier
        all.pnl += earned;
        all.value_before += before;
      }
"""
KEEP_RETURN = """\
      if (std::isfinite(row[0][daily_return])) returns.push_back(row[0][daily_return]);
"""
QUANTILES = """\
    record[p5] = defined(quantile(sorted, 0.05));
    record[p25] = defined(quantile(sorted, 0.25));
    record[p50] = defined(quantile(sorted, 0.50));
    record[p75] = defined(quantile(sorted, 0.75));
    record[p95] = defined(quantile(sorted, 0.95));
"""
MAD = "    record[mad] = defined(median_deviation(sorted));\n"

CROWD_PNL_VOLATILITY = (
    preserves(
        "crowd_pnl_volatility", "gains are found by halves",
        (VOLATILITY, UP, """\
    const auto up = sorted.end() - std::upper_bound(sorted.begin(), sorted.end(), 0.0);
""")),
    preserves(
        "crowd_pnl_volatility", "a loop over places for the quantiles",
        (VOLATILITY, "#include <cmath>\n", "#include <cmath>\n#include <utility>\n"),
        (VOLATILITY, QUANTILES, """\
    const std::pair<Out<double>, double> places[] = {
        {p95, 0.95}, {p75, 0.75}, {p50, 0.50}, {p25, 0.25}, {p5, 0.05}};
    for (const auto& [place, share] : places) record[place] = defined(quantile(sorted, share));
""")),
    # The values of all users come in the same order on each day.
    preserves(
        "crowd_pnl_volatility", "days are added from the date backwards",
        (VOLATILITY, OWN_DAYS, """\
      for (auto day = book.end() - 1; day >= book.begin(); --day) {
        const double before = book.value(day - 1), earned = book.pnl(day);
        if (std::isfinite(before) && std::isfinite(earned)) {
          CrowdDay& all = days[kDays - static_cast<size_t>(book.end() - day)];
          all.value_before += before;
          all.pnl += earned;
        }
      }
""")),
    # Of what is equal only zeros can be told apart, whose sign nobody sees.
    preserves(
        "crowd_pnl_volatility", "returns are kept in order from the first on",
        (VOLATILITY, KEEP_RETURN, """\
      const double mine = row[0][daily_return];
      if (std::isfinite(mine)) {
        returns.insert(std::upper_bound(returns.begin(), returns.end(), mine), mine);
      }
"""),
        (VOLATILITY, "const std::vector<double> sorted = ascending(returns);",
         "const std::vector<double>& sorted = returns;")),
    preserves(
        "crowd_pnl_volatility", "what is sorted is not sorted again for its median",
        (VOLATILITY, MAD, """\
    const double centre = quantile(sorted, 0.5);
    std::vector<double> distances(sorted.size());
    std::transform(sorted.begin(), sorted.end(), distances.begin(),
                   [&](double r) { return r < centre ? centre - r : r - centre; });
    std::sort(distances.begin(), distances.end());
    record[mad] = defined(quantile(distances, 0.5));
""")),

    alters("crowd_pnl_volatility", "who has neither gained nor lost is up",
           (VOLATILITY, "return r > 0; });", "return r >= 0; });"),
           where="a user whose return is 0"),
    alters("crowd_pnl_volatility", "what was earned need not be known",
           (VOLATILITY, "if (!std::isfinite(earned) || !std::isfinite(before)) continue;",
            "if (!std::isfinite(before)) continue;"),
           where="a user with an open lot held since the day before, whose price is null"),
    alters("crowd_pnl_volatility", "days on which nobody held anything are left out",
           (VOLATILITY, "sample_sd(crowd) * std", "sample_sd(finite(crowd)) * std"),
           where="20 days, of which the last three alone began with something"),
    alters("crowd_pnl_volatility", "the volatility is over one day less",
           (VOLATILITY, "sample_sd(crowd) * std", "sample_sd(last(crowd, kDays - 1)) * std"),
           where="a calendar of 21 days, and an open lot whose close changed on the second alone"),
    alters("crowd_pnl_volatility", "four values are too few",
           (MOMENTS, "if (values.size() < 4 ||", "if (values.size() <= 4 ||"),
           where="four users with different returns"),
)

SIGNED = """\
      (sign > 0 ? crowd.longs : crowd.shorts) += numbers.value;
      if (std::isfinite(skill)) {
        crowd.smart += skill * sign * numbers.value;
        crowd.scored += skill * numbers.value;
      }
      if (lot[open.open_date] == user.date()) {
        crowd.flow += sign * numbers.invested;
      }
"""
REJECT = "    if (reason != nullptr && date == user.date()) user.reject(reason);\n"
STOCK_OF = """\
    const auto stock = reason == nullptr ? tickers.find(lot[lots.ticker]) : std::nullopt;
    if (reason == nullptr && !stock) reason = "no close";
""" + REJECT + """\
    return stock;
"""
RANK = """\
      record[popularity_rank] = 1 + std::count_if(crowds.begin(), crowds.end(), [&](const auto& c) {
                                  return c.now.users > crowd.now.users;
                                });
"""
PUT_OUT_LOOP = "    for (size_t i = 0; i < crowds.size(); ++i) {\n"

POPULAR_ASSETS = (
    preserves(
        "popular_assets", "a rank is the place among sorted counts",
        (ASSETS, "#include <algorithm>\n", "#include <algorithm>\n#include <functional>\n"),
        (ASSETS, PUT_OUT_LOOP, """\
    std::vector<int64_t> descending;
    for (const Crowd& crowd : crowds) descending.push_back(crowd.now.users);
    std::sort(descending.begin(), descending.end(), std::greater<>());
""" + PUT_OUT_LOOP),
        (ASSETS, RANK, """\
      record[popularity_rank] =
          1 + (std::lower_bound(descending.begin(), descending.end(), crowd.now.users,
                                std::greater<>()) -
               descending.begin());
""")),
    # No day is before one that is not there.
    preserves(
        "popular_assets", "no day instead of one before all others",
        (ASSETS, "  static constexpr Date kBeforeAllDays{std::numeric_limits<int32_t>::min()};\n",
         ""),
        (ASSETS, "has_before ? history[0].date : kBeforeAllDays,",
         "has_before ? std::optional(history[0].date) : std::nullopt,"),
        (ASSETS, "int64_t number, Date before, const Tickers& tickers,\n"
         "           std::vector<Crowd>&",
         "int64_t number, std::optional<Date> before,\n"
         "           const Tickers& tickers, std::vector<Crowd>&")),
    # To take a product with 1 or -1 rounds nothing.
    preserves(
        "popular_assets", "signs are additions and subtractions",
        (ASSETS, SIGNED, """\
      const bool gains = sign > 0;
      if (std::isfinite(skill)) {
        const double weight = skill * numbers.value;
        crowd.scored += weight;
        crowd.smart += gains ? weight : -weight;
      }
      if (gains) {
        crowd.longs += numbers.value;
      } else {
        crowd.shorts += numbers.value;
      }
      if (user.date() == lot[open.open_date]) {
        crowd.flow += gains ? numbers.invested : -numbers.invested;
      }
""")),
    # What is opened after the date is rejected, and no day of a window lies after it.
    preserves(
        "popular_assets", "the date or later instead of the date",
        (ASSETS, "if (lot[open.open_date] == user.date()) {",
         "if (lot[open.open_date] >= user.date()) {"),
        (ASSETS, "if (closing.date != user.date()) continue;",
         "if (closing.date < user.date()) continue;"),
        (ASSETS, "opened_today = lot[closed.open_date] == user.date();",
         "opened_today = !(lot[closed.open_date] < user.date());")),
    preserves(
        "popular_assets", "a stock that is found is returned at once",
        (ASSETS, STOCK_OF, """\
    if (reason == nullptr) {
      if (const auto stock = tickers.find(lot[lots.ticker])) return stock;
      reason = "no close";
    }
    if (!(date != user.date())) user.reject(reason);
    return std::nullopt;
""")),

    alters("popular_assets", "a rank counts numbers of holders, not stocks",
           (ASSETS, "#include <optional>\n", "#include <optional>\n#include <set>\n"),
           (ASSETS, PUT_OUT_LOOP, """\
    std::set<int64_t> counts;
    for (const Crowd& crowd : crowds) counts.insert(crowd.now.users);
""" + PUT_OUT_LOOP),
           (ASSETS, RANK, """\
      record[popularity_rank] =
          std::distance(counts.find(crowd.now.users), counts.end());
"""),
           where="two stocks with two holders, and one with one: rank 2 instead of 3"),
    alters("popular_assets", "what was sold 5 days back was still held then",
           (ASSETS, "if (closing.date <= before)", "if (closing.date < before)"),
           where="a lot closed on the first of six days, of a user who holds another stock alone"),
    alters("popular_assets", "who buys and sells on the date pays nothing",
           (ASSETS, "crowd.flow += sign * ((opened_today ? numbers.invested : 0) - numbers.value);",
            "if (!opened_today) crowd.flow += -sign * numbers.value;"),
           where="a lot opened and closed on the date, with a gain"),
    alters("popular_assets", "users are counted from 0",
           (ASSETS, "add(user, ++number, has_before", "add(user, number++, has_before"),
           where="the first user holds a stock"),
    alters("popular_assets", "rejected lots count on each day that looks at them",
           (ASSETS, REJECT, "    if (reason != nullptr) user.reject(reason);\n"),
           where="a lot with units of -1, closed the day before the date"),
)

STEADY = """\
      const double steady =
          std::isnan(second_ranks[i]) ? kUndefined : std::min(first_ranks[i], second_ranks[i]);
"""
HALF = """\
    const size_t end = values.size() - std::min<size_t>(values.size(), before_last * kHalf);
    return values.first(end).last(std::min<size_t>(end, kHalf));
"""
USERS = """\
    std::vector<int64_t> ids;
    std::vector<double> alphas, sharpes, firsts, seconds;
"""
ADD_USER = """\
      ids.push_back(entity.id<int64_t>());
      alphas.push_back(number(entity.rows(line), alpha_t));
      sharpes.push_back(number(entity.rows(risk), sharpe));
      firsts.push_back(skill(1));
      seconds.push_back(skill(0));
"""
RANKS = """\
    const auto alpha_ranks = rank_shares(alphas), sharpe_ranks = rank_shares(sharpes);
    const auto first_ranks = rank_shares(firsts), second_ranks = rank_shares(seconds);
    for (size_t i = 0; i < ids.size(); ++i) {
"""
PUT_OUT_SCORE = """\
      record[user] = ids[i];
      record[skill_h1] = defined(firsts[i]);
      record[skill_h2] = defined(seconds[i]);
"""
SORTED_RANKS = """\
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return keys[a] < keys[b]; });
  std::vector<double> shares(values.size(), kUndefined);
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    end = begin + 1;
    while (end < order.size() && keys[order[end]] == keys[order[begin]]) ++end;
    const double average = static_cast<double>(begin + 1 + end) / 2;
    for (size_t i = begin; i < end; ++i) {
      shares[order[i]] = (average - 0.5) / static_cast<double>(order.size());
    }
  }
  return shares;
"""

SMART_MONEY_SCORE = (
    # Below a value and equal ones lie as many as the sort would put before them and beside it.
    preserves(
        "smart_money_score", "ranks are counted without sorting",
        (ORDER, SORTED_RANKS, """\
  std::vector<double> shares(values.size(), kUndefined);
  for (const size_t i : order) {
    size_t below = 0, equal = 0;
    for (const size_t other : order) {
      if (keys[other] < keys[i]) ++below;
      if (keys[other] == keys[i]) ++equal;
    }
    const double average = static_cast<double>(below + 1 + below + equal) / 2;
    shares[i] = (average - 0.5) / static_cast<double>(order.size());
  }
  return shares;
""")),
    preserves(
        "smart_money_score", "an algorithm finds the end of equal ones",
        (ORDER, "    end = begin + 1;\n"
         "    while (end < order.size() && keys[order[end]] == keys[order[begin]]) ++end;\n",
         """\
    const auto from = order.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto later = [&](size_t a, size_t b) { return keys[a] < keys[b]; };
    end = static_cast<size_t>(std::upper_bound(from, order.end(), *from, later) - order.begin());
""")),
    preserves(
        "smart_money_score", "a half is cut out at once",
        (SCORE, HALF, """\
    const size_t left_out = before_last * kHalf;
    if (left_out >= values.size()) return {};
    const size_t end = values.size() - left_out, begin = end > kHalf ? end - kHalf : 0;
    return values.subspan(begin, end - begin);
""")),
    preserves(
        "smart_money_score", "comparisons instead of a minimum",
        (SCORE, STEADY, """\
      double steady = kUndefined;
      if (first_ranks[i] <= second_ranks[i]) steady = first_ranks[i];
      if (second_ranks[i] < first_ranks[i]) steady = second_ranks[i];
""")),
    preserves(
        "smart_money_score", "what is known of a user is one struct",
        (SCORE, USERS, """\
    struct Known {
      int64_t id;
      double alpha, sharpe, first, second;
    };
    std::vector<Known> all;
"""),
        (SCORE, ADD_USER, """\
      all.push_back({entity.id<int64_t>(), number(entity.rows(line), alpha_t),
                     number(entity.rows(risk), sharpe), skill(1), skill(0)});
"""),
        (SCORE, RANKS, """\
    const auto ranks_of = [&](double Known::*what) {
      std::vector<double> values;
      for (const Known& known : all) values.push_back(known.*what);
      return rank_shares(values);
    };
    const auto second_ranks = ranks_of(&Known::second), first_ranks = ranks_of(&Known::first);
    const auto sharpe_ranks = ranks_of(&Known::sharpe), alpha_ranks = ranks_of(&Known::alpha);
    for (size_t i = 0; i != all.size(); i++) {
"""),
        (SCORE, PUT_OUT_SCORE, """\
      record[user] = all[i].id;
      record[skill_h1] = defined(all[i].first);
      record[skill_h2] = defined(all[i].second);
""")),

    alters("smart_money_score", "the second half need not be known",
           (SCORE, STEADY, """\
      const double steady = std::min(first_ranks[i], second_ranks[i]);
"""),
           where="a user whose returns are null in the last 30 days, with all else known"),
    alters("smart_money_score", "halves are rounded away from 0 before values are ranked",
           (NUMBERS, "std::nearbyint(x * kScale)", "std::round(x * kScale)"),
           where="two users who differ in alpha_t alone, which is 0 and 5e-13"),
    alters("smart_money_score", "who has no rank is one of those that are ranked",
           (ORDER, "(average - 0.5) / static_cast<double>(order.size());",
            "(average - 0.5) / static_cast<double>(values.size());"),
           where="two users, of whom one has no sharpe, with all else known"),
    alters("smart_money_score", "the weights of a score are percents",
           (SCORE, "defined(100 * (0.5 * alpha_ranks[i] + 0.3 * sharpe_ranks[i] + 0.2 * steady))",
            "defined(50 * alpha_ranks[i] + 30 * sharpe_ranks[i] + 20 * steady)"),
           where="six users whose order is the same in all things: the last bit of the fourth"),
    alters("smart_money_score", "fewer numbers are rounded before they are ranked",
           (NUMBERS, "std::abs(x) < 9e3 ?", "std::abs(x) < 9e2 ?"),
           where="two users who differ in sharpe alone, which is 1000 and the number after it"),
)

EDITS = (*CROWD_PNL_VOLATILITY, *POPULAR_ASSETS, *SMART_MONEY_SCORE)
