// What kind of investor somebody is: the first rule that holds. The rules are ours; an input that
// is not defined fails its rule.
#pragma once

#include <string_view>

struct Habits {
  double hold_median, n_closed, n_buys, buy_momentum;  // of psychometrics/holding
  bool revenge_flag;                                   // of psychometrics/revenge_trading
  double disposition, disposition_t;                   // of psychometrics/disposition
  double hhi, n_eff, turnover;                         // of portfolio/exposure
};

inline std::string_view user_class(const Habits& user) {
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
