"""Edits of profiling, as a review may bring them."""
from edit import alters, preserves

USER_CLASS = "layers/profiling/user_class.h"
SMART = "calculations/profiling/smart_money_score.cc"
ORDER = "layers/mathematics/order.h"

RULES = """  constexpr double kOften = 8;  // purchases that make a habit
  if (user.hold_median <= 3 && user.n_closed >= 20) return "day_trader";
  if (user.revenge_flag) return "revenge_trader";
  if (user.disposition >= 0.05 && user.disposition_t >= 1.96) return "disposition_prone";
  if (user.hhi >= 0.40) return "concentrated";
  if (user.buy_momentum >= 0.06 && user.n_buys >= kOften) return "momentum";
  if (user.buy_momentum <= -0.08 && user.n_buys >= kOften) return "contrarian";
  if (user.turnover <= 0.25 && user.n_eff >= 4) return "index_holder";
  return "other";
"""

EDITS = (
    alters(
        "user_classifier", "rules nested by concentration",
        (USER_CLASS, RULES,
         """  constexpr double kOften = 8;  // purchases that make a habit
  const bool buys_often = user.n_buys >= kOften;
  if (user.hold_median <= 3 && user.n_closed >= 20) return "day_trader";
  if (user.revenge_flag) return "revenge_trader";
  if (user.disposition >= 0.05 && user.disposition_t >= 1.96) return "disposition_prone";
  if (user.hhi < 0.40) {  // spread over several stocks
    if (buys_often && user.buy_momentum >= 0.06) return "momentum";
    if (buys_often && user.buy_momentum <= -0.08) return "contrarian";
    const bool stays = user.turnover <= 0.25 && user.n_eff >= 4;
    return stays ? "index_holder" : "other";
  }
  return "concentrated";
"""),
        where="a user who has sold everything, so that hhi and n_eff are null, with 3 sales, no "
              "flag and no disposition: other before, concentrated after"),
    preserves(
        "user_classifier", "rules in a table",
        (USER_CLASS, RULES,
         """  constexpr double kHabit = 8;  // purchases that make one
  const bool often = !(user.n_buys < kHabit || user.n_buys != user.n_buys);
  const bool unmoved = user.turnover <= 0.25, spread = user.n_eff >= 4;
  const struct {
    std::string_view name;
    bool holds;
  } rules[] = {
      {"day_trader", user.n_closed >= 20 && user.hold_median <= 3},
      {"revenge_trader", user.revenge_flag},
      {"disposition_prone", user.disposition_t >= 1.96 && user.disposition >= 0.05},
      {"concentrated", user.hhi >= 0.40},
      {"momentum", often && user.buy_momentum >= 0.06},
      {"contrarian", often && user.buy_momentum <= -0.08},
      {"index_holder", spread && unmoved},
  };
  for (const auto& rule : rules) {
    if (rule.holds) return rule.name;
  }
  return "other";
""")),
    alters(
        "smart_money_score", "the lesser of two ranks",
        (SMART,
         """      const double steady =
          std::isnan(second_ranks[i]) ? kUndefined : std::min(first_ranks[i], second_ranks[i]);
      Record record = out.add();
""",
         """      const double steady = lesser(first_ranks[i], second_ranks[i]);
      Record record = out.add();
"""),
        (SMART,
         """  static double number(const Rows& rows, In<double> column) {
""",
         """  // Undefined where one of them is.
  static double lesser(double first, double second) {
    if (std::isnan(first)) return kUndefined;
    return std::min(first, second);
  }

  static double number(const Rows& rows, In<double> column) {
"""),
        where="a user with returns on the first 35 of the last 60 days, 30 pairs in the first half "
              "and 5 in the second: skill_h2 is null, smart_score null before, defined after, as "
              "min(first, NaN) is first"),
    alters(
        "smart_money_score", "ranks by a map of places",
        (ORDER, "#include <cmath>\n#include <numeric>\n",
         "#include <cmath>\n#include <map>\n#include <numeric>\n"),
        (ORDER,
         """  std::vector<size_t> order;
  std::vector<double> keys(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    keys[i] = rounded(values[i]);
    if (std::isfinite(values[i])) order.push_back(i);
  }
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
""",
         """  std::map<double, std::vector<size_t>> places;  // of each value, ascending
  size_t n = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    places[rounded(values[i])].push_back(i);
    ++n;
  }
  std::vector<double> shares(values.size(), kUndefined);
  size_t below = 0;
  for (const auto& [value, equal] : places) {
    const size_t first = below + 1, last_one = below + equal.size();
    const size_t average = (first + last_one) / 2;
    for (const size_t i : equal) {
      shares[i] = (static_cast<double>(average) - 0.5) / static_cast<double>(n);
    }
    below = last_one;
  }
  return shares;
"""),
        where="two users with the same lots and so the same alpha_t, sharpe, skill_h1 and skill_h2, "
              "all defined: ranks 1.5 and smart_score 50 before; after, 3 / 2 is 1 and the score "
              "25"),
    preserves(
        "smart_money_score", "halves by subspan, first rows by condition",
        (SMART,
         """    const size_t end = values.size() - std::min<size_t>(values.size(), before_last * kHalf);
    return values.first(end).last(std::min<size_t>(end, kHalf));
""",
         """    const size_t left_out = before_last * kHalf;
    const size_t end = left_out < values.size() ? values.size() - left_out : 0;
    const size_t begin = end < kHalf ? 0 : end - kHalf;
    return values.subspan(begin, end - begin);
"""),
        (SMART,
         """      const double steady =
          std::isnan(second_ranks[i]) ? kUndefined : std::min(first_ranks[i], second_ranks[i]);
      Record record = out.add();
      record[user] = ids[i];
      record[skill_h1] = defined(firsts[i]);
      record[skill_h2] = defined(seconds[i]);
      record[smart_score] =
          defined(100 * (0.5 * alpha_ranks[i] + 0.3 * sharpe_ranks[i] + 0.2 * steady));
""",
         """      double steady = first_ranks[i];
      if (!(steady <= second_ranks[i])) steady = second_ranks[i];  // the lesser, if both are known
      if (std::isnan(first_ranks[i])) steady = kUndefined;
      const double skill = 0.5 * alpha_ranks[i] + 0.3 * sharpe_ranks[i] + 0.2 * steady;
      Record record = out.add();
      record[smart_score] = defined(100 * skill);
      record[skill_h2] = defined(seconds[i]);
      record[skill_h1] = defined(firsts[i]);
      record[user] = ids[i];
""")),
)
