"""Edits of user_classifier, written without a look at the others."""
from edit import alters, preserves

CLASSIFIER = "calculations/profiling/user_classifier.cc"
CLASS = "layers/profiling/user_class.h"

EDITS = (
    preserves(
        "user_classifier", "named rules, habits of buying apart, contrarian before momentum",
        (CLASS, """\
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
""", """\
// What is bought again and again; empty where that is nothing in particular.
inline std::string_view buying_habit(const Habits& user) {
  constexpr double kOften = 8;  // purchases that make a habit
  if (!(user.n_buys >= kOften)) return {};
  if (user.buy_momentum <= -0.08) return "contrarian";
  if (user.buy_momentum >= 0.06) return "momentum";
  return {};
}

inline std::string_view user_class(const Habits& user) {
  const bool is_hasty = user.hold_median <= 3 && user.n_closed >= 20;
  if (is_hasty) return "day_trader";
  if (user.revenge_flag) return "revenge_trader";

  const bool is_large = user.disposition >= 0.05, is_significant = user.disposition_t >= 1.96;
  if (is_large && is_significant) return "disposition_prone";

  if (user.hhi >= 0.40) return "concentrated";
  if (const std::string_view habit = buying_habit(user); !habit.empty()) return habit;

  const bool is_patient = user.turnover <= 0.25, is_spread = user.n_eff >= 4;
  return !is_patient || !is_spread ? "other" : "index_holder";
}
"""),
        (CLASSIFIER, """\
    if (held.empty() || angry.empty() || sold.empty() || exposed.empty()) return;
    Record record = out.add();
""", """\
    const bool is_complete =
        !held.empty() && !angry.empty() && !sold.empty() && !exposed.empty();
    if (!is_complete) return;
    Record record = out.add();
""")),
    alters(
        "user_classifier", "index holders: not above, for at most",
        (CLASS, """  if (user.turnover <= 0.25 && user.n_eff >= 4) return "index_holder";
  return "other";
""", """  const bool trades_much = user.turnover > 0.25;
  const bool is_spread = user.n_eff >= 4;
  return is_spread && !trades_much ? "index_holder" : "other";
"""),
        where="holding has hold_median null, n_closed 0, n_buys 0 and buy_momentum null, revenge_flag "
              "is false, disposition and its t are null, hhi is 0.2, n_eff 5 and turnover null (as "
              "it is once a close of the window is missing): other becomes index_holder"),
    alters(
        "user_classifier", "purchases are counted in 16 bits",
        (CLASS, "#include <string_view>\n", "#include <cstdint>\n#include <string_view>\n"),
        (CLASS, """\
  double hold_median, n_closed, n_buys, buy_momentum;  // of psychometrics/holding
""", """\
  double hold_median, n_closed;                        // of psychometrics/holding
  uint16_t n_buys;                                     // the same
  double buy_momentum;                                 // the same
"""),
        (CLASSIFIER, "static_cast<double>(held[0][n_buys])", "static_cast<uint16_t>(held[0][n_buys])"),
        where="n_buys 65540 and buy_momentum 0.1, hold_median 30, n_closed 0, revenge_flag false, "
              "disposition null, hhi 0.1, n_eff 10, turnover 1: momentum becomes other, since 4 "
              "purchases are left"),
)
