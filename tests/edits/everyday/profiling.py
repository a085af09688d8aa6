"""Edits of profiling."""
from edit import alters, preserves

EDITS = (
    preserves(
        "user_classifier", "each rule a function of its own, cuts in named constants",
        ("layers/profiling/user_class.h",
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

inline constexpr double kSignificant = 1.96;  // of a t statistic
inline constexpr double kManySales = 20;
inline constexpr double kManyPurchases = 8;  // that make a habit

inline bool buys_often(const Habits& user) { return user.n_buys >= kManyPurchases; }

inline bool day_trader(const Habits& user) {
  return user.n_closed >= kManySales && user.hold_median <= 3;
}

inline bool disposition_prone(const Habits& user) {
  return user.disposition_t >= kSignificant && user.disposition >= 0.05;
}

inline bool momentum(const Habits& user) { return buys_often(user) && user.buy_momentum >= 0.06; }

inline bool contrarian(const Habits& user) {
  return buys_often(user) && user.buy_momentum <= -0.08;
}

inline bool index_holder(const Habits& user) { return user.n_eff >= 4 && user.turnover <= 0.25; }

}  // namespace rules

inline std::string_view user_class(const Habits& user) {
  return rules::day_trader(user)          ? "day_trader"
         : user.revenge_flag              ? "revenge_trader"
         : rules::disposition_prone(user) ? "disposition_prone"
         : user.hhi >= 0.40               ? "concentrated"
         : rules::momentum(user)          ? "momentum"
         : rules::contrarian(user)        ? "contrarian"
         : rules::index_holder(user)      ? "index_holder"
                                          : "other";
}
""")),
    preserves(
        "smart_money_score", "ranks with a function for ties, halves by subspan",
        ("layers/mathematics/order.h",
         """// For each value the share of the others that it leaves behind, (rank - 0.5) / n: equal ones,
""",
         """// The end of those in `order` from `begin` on whose key is the same.
inline size_t end_of_ties(const std::vector<size_t>& order, const std::vector<double>& keys,
                          size_t begin) {
  const double key = keys[order[begin]];
  for (size_t i = begin + 1; i < order.size(); i++) {
    if (keys[order[i]] != key) return i;
  }
  return order.size();
}

// For each value the share of the others that it leaves behind, (rank - 0.5) / n: equal ones,
"""),
        ("layers/mathematics/order.h",
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
         """  std::vector<double> shares(values.size(), kUndefined);
  std::vector<double> keys(values.size());
  std::vector<size_t> order;
  for (size_t i = 0; i < values.size(); i++) {
    if (!std::isfinite(values[i])) continue;
    keys[i] = rounded(values[i]);
    order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&keys](size_t a, size_t b) { return keys[a] < keys[b]; });
  const auto n = static_cast<double>(order.size());
  size_t begin = 0;
  while (begin < order.size()) {
    const size_t end = end_of_ties(order, keys, begin);
    const double average = static_cast<double>(begin + 1 + end) / 2;
    const double share = (average - 0.5) / n;
    for (; begin < end; begin++) shares[order[begin]] = share;
  }
  return shares;
"""),
        ("calculations/profiling/smart_money_score.cc",
         "    return values.first(end).last(std::min<size_t>(end, kHalf));\n",
         """    const size_t begin = end > kHalf ? end - kHalf : 0;
    return values.subspan(begin, end - begin);
""")),
    alters(
        "user_classifier", "rules as a table",
        ("layers/profiling/user_class.h",
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
         """struct ClassRule {
  std::string_view name;
  bool (*holds)(const Habits& user);
};

inline constexpr double kOften = 8;  // purchases that make a habit

inline constexpr ClassRule kClassRules[] = {
    {"day_trader", [](const Habits& user) { return user.hold_median <= 3 && user.n_closed >= 20; }},
    {"revenge_trader", [](const Habits& user) { return user.revenge_flag; }},
    {"disposition_prone",
     [](const Habits& user) { return user.disposition >= 0.05 && user.disposition_t >= 1.96; }},
    {"momentum",
     [](const Habits& user) { return user.buy_momentum >= 0.06 && user.n_buys >= kOften; }},
    {"contrarian",
     [](const Habits& user) { return user.buy_momentum <= -0.08 && user.n_buys >= kOften; }},
    {"concentrated", [](const Habits& user) { return user.hhi >= 0.40; }},
    {"index_holder", [](const Habits& user) { return user.turnover <= 0.25 && user.n_eff >= 4; }},
};

inline std::string_view user_class(const Habits& user) {
  for (const ClassRule& rule : kClassRules) {
    if (rule.holds(user)) return rule.name;
  }
  return "other";
}
"""),
        where="a user of none of the first three classes with an hhi of 0.5, a buy_momentum of 0.1 "
              "and 10 purchases: momentum instead of concentrated"),
    alters(
        "smart_money_score", "average rank of ties in a function",
        ("layers/mathematics/order.h",
         """// For each value the share of the others that it leaves behind, (rank - 0.5) / n: equal ones,
""",
         """// The average of the ranks, counted from 1, of those at the positions from `begin` to before `end`.
inline double average_rank(size_t begin, size_t end) {
  const size_t lowest = begin + 1, highest = end;
  return static_cast<double>((lowest + highest) / 2);
}

// For each value the share of the others that it leaves behind, (rank - 0.5) / n: equal ones,
"""),
        ("layers/mathematics/order.h",
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
  size_t begin = 0;
  while (begin < order.size()) {
    const double key = keys[order[begin]];
    size_t end = begin + 1;
    while (end < order.size() && keys[order[end]] == key) end++;
    const double share = (average_rank(begin, end) - 0.5) / n;
    for (size_t i = begin; i < end; i++) shares[order[i]] = share;
    begin = end;
  }
  return shares;
"""),
        where="two users with the same lots, hence the same alpha_t and sharpe: they have the lower "
              "of their two ranks instead of the average"),
)
