"""Edits of profiling."""
from edit import alters, preserves

EDITS = (
    preserves("smart_money_score", "skill and score as functions", (
        "calculations/profiling/smart_money_score.cc",
        """      const auto list = row[0][returns];
      const std::vector<double> own(list.begin(), list.end());
      const auto skill = [&](size_t before_last) {
        return fitted_line(half(market, before_last), half(own, before_last), kLeastPairs).alpha_t;
      };
      ids.push_back(entity.id<int64_t>());
""",
        """      const auto list = row[0][returns];
      const std::vector<double> own(list.begin(), list.end());
      ids.push_back(entity.id<int64_t>());
"""), (
        "calculations/profiling/smart_money_score.cc",
        """      firsts.push_back(skill(1));
      seconds.push_back(skill(0));
""",
        """      firsts.push_back(skill_of(market, own, 1));
      seconds.push_back(skill_of(market, own, 0));
"""), (
        "calculations/profiling/smart_money_score.cc",
        """      const double steady =
          std::isnan(second_ranks[i]) ? kUndefined : std::min(first_ranks[i], second_ranks[i]);
      Record record""",
        """      const double steady = lesser(first_ranks[i], second_ranks[i]);
      Record record"""), (
        "calculations/profiling/smart_money_score.cc",
        """  static double number(""",
        """  // Undefined where either is.
  static double lesser(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return kUndefined;
    return a < b ? a : b;
  }

  static double skill_of(std::span<const double> market, std::span<const double> own,
                         size_t before_last) {
    const std::span<const double> x = half(market, before_last);
    const std::span<const double> y = half(own, before_last);
    return fitted_line(x, y, kLeastPairs).alpha_t;
  }

  static double number(""")),

    alters("smart_money_score", "ties by a function, their average rank in integers", (
        "layers/mathematics/order.h",
        """  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    end = begin + 1;
    while (end < order.size() && keys[order[end]] == keys[order[begin]]) ++end;
    const double average = static_cast<double>(begin + 1 + end) / 2;
    for (size_t i = begin; i < end; ++i) {
      shares[order[i]] = (average - 0.5) / static_cast<double>(order.size());
    }
  }
  return shares;
""",
        """  const auto n = static_cast<double>(order.size());
  const auto end_of_ties = [&](size_t begin) {
    size_t end = begin + 1;
    while (end < order.size() && keys[order[end]] == keys[order[begin]]) end++;
    return end;
  };
  size_t begin = 0;
  while (begin < order.size()) {
    const size_t end = end_of_ties(begin);
    const auto average = static_cast<double>((begin + 1 + end) / 2);
    const double share = (average - 0.5) / n;
    for (size_t i = begin; i < end; i++) shares[order[i]] = share;
    begin = end;
  }
  return shares;
"""), where="three users with 60 returns each, two of them with the same lots, the third better in"
            " everything: the rank of the two is 1.5, becomes 1; smart_score from 100/3 to 100/6"),

    preserves("user_classifier", "each rule a function with named limits", (
        "layers/profiling/user_class.h",
        """inline std::string_view user_class(const Habits& user) {
  constexpr double kOften = 8;  // purchases that make a habit
  if (user.hold_median <= 3 && user.n_closed >= 20) return "day_trader";
  if (user.revenge_flag) return "revenge_trader";
  if (user.disposition >= 0.05 && user.disposition_t >= 1.96) return "disposition_prone";
  if (user.hhi >= 0.40) return "concentrated";
  if (user.buy_momentum >= 0.06 && user.n_buys >= kOften) return "momentum";
  if (user.buy_momentum <= -0.08 && user.n_buys >= kOften) return "contrarian";
  if (user.turnover <= 0.25 && user.n_eff >= 4) return "index_holder";
  return "other";
}
""",
        """namespace rules {

inline constexpr double kOften = 8;  // purchases that make a habit
inline constexpr double kSignificant = 1.96;

inline bool trades_daily(const Habits& user) {
  return user.n_closed >= 20 && user.hold_median <= 3;
}
inline bool rides_losers(const Habits& user) {
  return user.disposition_t >= kSignificant && user.disposition >= 0.05;
}
inline bool holds_the_market(const Habits& user) {
  return user.n_eff >= 4 && user.turnover <= 0.25;
}

}  // namespace rules

inline std::string_view user_class(const Habits& user) {
  const bool buys_often = user.n_buys >= rules::kOften;
  std::string_view found = "other";
  if (rules::trades_daily(user)) {
    found = "day_trader";
  } else if (user.revenge_flag) {
    found = "revenge_trader";
  } else if (rules::rides_losers(user)) {
    found = "disposition_prone";
  } else if (user.hhi >= 0.4) {
    found = "concentrated";
  } else if (buys_often && user.buy_momentum >= 0.06) {
    found = "momentum";
  } else if (buys_often && user.buy_momentum <= -0.08) {
    found = "contrarian";
  } else if (rules::holds_the_market(user)) {
    found = "index_holder";
  }
  return found;
}
""")),

    alters("user_classifier", "rules as named conditions, a habit needs more than 8", (
        "layers/profiling/user_class.h",
        """  if (user.hold_median <= 3 && user.n_closed >= 20) return "day_trader";
  if (user.revenge_flag) return "revenge_trader";
  if (user.disposition >= 0.05 && user.disposition_t >= 1.96) return "disposition_prone";
  if (user.hhi >= 0.40) return "concentrated";
  if (user.buy_momentum >= 0.06 && user.n_buys >= kOften) return "momentum";
  if (user.buy_momentum <= -0.08 && user.n_buys >= kOften) return "contrarian";
  if (user.turnover <= 0.25 && user.n_eff >= 4) return "index_holder";
  return "other";
""",
        """  const bool short_term = user.hold_median <= 3, trades_a_lot = user.n_closed >= 20;
  const bool sells_winners = user.disposition >= 0.05 && user.disposition_t >= 1.96;
  const bool has_habit = user.n_buys > kOften;
  const bool spread = user.n_eff >= 4, patient = user.turnover <= 0.25;

  if (short_term && trades_a_lot) return "day_trader";
  if (user.revenge_flag) return "revenge_trader";
  if (sells_winners) return "disposition_prone";
  if (user.hhi >= 0.40) return "concentrated";
  if (has_habit) {
    if (user.buy_momentum >= 0.06) return "momentum";
    if (user.buy_momentum <= -0.08) return "contrarian";
  }
  return spread && patient ? "index_holder" : "other";
"""), where="n_buys 8, buy_momentum 0.1, hhi 0.2, n_eff 5, turnover 1, hold_median 10, no flag, no"
            " disposition: momentum, becomes other"),
)
