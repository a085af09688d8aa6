"""Edits of profiling/user_classifier and its layer."""
from edit import alters, preserves

CODE = "calculations/profiling/user_classifier.cc"
LAYER = "layers/profiling/user_class.h"

NONE = "    if (held.empty() || angry.empty() || sold.empty() || exposed.empty()) return;\n"
DAY_TRADER = '  if (user.hold_median <= 3 && user.n_closed >= 20) return "day_trader";\n'
REVENGE = '  if (user.revenge_flag) return "revenge_trader";\n'
PRONE = ("  if (user.disposition >= 0.05 && user.disposition_t >= 1.96)"
         ' return "disposition_prone";\n')
CONCENTRATED = '  if (user.hhi >= 0.40) return "concentrated";\n'
MOMENTUM = '  if (user.buy_momentum >= 0.06 && user.n_buys >= kOften) return "momentum";\n'
CONTRARIAN = '  if (user.buy_momentum <= -0.08 && user.n_buys >= kOften) return "contrarian";\n'
INDEX = '  if (user.turnover <= 0.25 && user.n_eff >= 4) return "index_holder";\n'
RULES = DAY_TRADER + REVENGE + PRONE + CONCENTRATED + MOMENTUM + CONTRARIAN + INDEX
OTHER = '  return "other";\n'
SIGNATURE = "inline std::string_view user_class(const Habits& user) {"
OFTEN = "  constexpr double kOften = 8;  // purchases that make a habit\n"

HABITS = """\
        {held[0][hold_median], held[0][n_closed], static_cast<double>(held[0][n_buys]),
         held[0][buy_momentum], angry[0][revenge_flag], sold[0][disposition],
         sold[0][disposition_t], exposed[0][hhi], exposed[0][n_eff], exposed[0][turnover]}"""
PUT_OUT = """\
    Record record = out.add();
    record[found] = user_class(
""" + HABITS + ");\n"

EDITS = (
    preserves(
        "user_classifier", "class, members and constants have other names",
        (CODE, "struct UserClassifier : PerEntity {", "struct KindOfInvestor : PerEntity {"),
        (CODE, "  UserClassifier() {", "  KindOfInvestor() {"),
        (CODE, "ALMANAC_CALCULATION(UserClassifier,", "ALMANAC_CALCULATION(KindOfInvestor,"),
        (CODE, "Out<std::string_view> found =", "Out<std::string_view> kind_of ="),
        (CODE, "record[found]", "record[kind_of]"),
        (LAYER, OFTEN, OFTEN.replace("kOften", "kHabit")),
        (LAYER, MOMENTUM + CONTRARIAN, (MOMENTUM + CONTRARIAN).replace("kOften", "kHabit")),
        proved=True),
    preserves(
        "user_classifier", "constants are spelled otherwise",
        (LAYER, CONCENTRATED, CONCENTRATED.replace("0.40", "4e-1")),
        (LAYER, INDEX, INDEX.replace("0.25", "1.0 / 4").replace(">= 4", ">= 4.0")),
        (LAYER, OFTEN, OFTEN.replace("= 8", "= 0x8")),
        proved=True),
    preserves(
        "user_classifier", "a limit has a name",
        (LAYER, CONCENTRATED, CONCENTRATED.replace("0.40", "kMuchAlike")),
        (LAYER, OFTEN, OFTEN + "  constexpr double kMuchAlike = 0.4;\n"),
        proved=True),
    preserves(
        "user_classifier", "comparisons the other way round",
        (LAYER, DAY_TRADER,
         '  if (3 >= user.hold_median && 20 <= user.n_closed) return "day_trader";\n'),
        (LAYER, CONCENTRATED, '  if (0.40 <= user.hhi) return "concentrated";\n'),
        proved=True),
    preserves(
        "user_classifier", "other comments and lines",
        (LAYER, DAY_TRADER, """  // In and out again.
  if (user.hold_median <= 3 &&
      user.n_closed >= 20) {
    return "day_trader";
  }
"""),
        proved=True),
    preserves(
        "user_classifier", "a constant becomes a default argument",
        (LAYER, SIGNATURE, SIGNATURE.replace("user)", "user, double often = 8)")),
        (LAYER, OFTEN, ""),
        (LAYER, MOMENTUM + CONTRARIAN, (MOMENTUM + CONTRARIAN).replace("kOften", "often")),
        proved=True),
    preserves(
        "user_classifier", "operands change places",
        (LAYER, DAY_TRADER,
         '  if (user.n_closed >= 20 && user.hold_median <= 3) return "day_trader";\n')),
    preserves(
        "user_classifier", "nested ifs for what is common to two rules",
        (LAYER, MOMENTUM + CONTRARIAN, """  if (user.n_buys >= kOften) {
    if (user.buy_momentum >= 0.06) return "momentum";
    if (user.buy_momentum <= -0.08) return "contrarian";
  }
""")),
    # No number is both.
    preserves(
        "user_classifier", "two rules that exclude each other change places",
        (LAYER, MOMENTUM + CONTRARIAN, CONTRARIAN + MOMENTUM)),
    preserves(
        "user_classifier", "a chain with one return",
        (LAYER, RULES + OTHER,
         ('  std::string_view found = "other";\n'
          + RULES.replace("  if ", "  else if ").replace("return", "found =")
          + "  return found;\n").replace("  else if", "  if", 1))),
    preserves(
        "user_classifier", "rules are functions",
        (LAYER, DAY_TRADER, '  if (trades_by_day(user)) return "day_trader";\n'),
        (LAYER, "inline std::string_view user_class(", """\
inline bool trades_by_day(const Habits& user) {
  return user.hold_median <= 3 && user.n_closed >= 20;
}

inline std::string_view user_class("""),
        proved=True),
    preserves(
        "user_classifier", "rules are a table",
        (LAYER, OFTEN + RULES + OTHER, """\
  struct Rule {
    std::string_view name;
    bool (*holds)(const Habits& user);
  };
  static constexpr double kOften = 8;  // purchases that make a habit
  static constexpr Rule kRules[] = {
      {"day_trader", [](const Habits& u) { return u.hold_median <= 3 && u.n_closed >= 20; }},
      {"revenge_trader", [](const Habits& u) { return u.revenge_flag; }},
      {"disposition_prone",
       [](const Habits& u) { return u.disposition >= 0.05 && u.disposition_t >= 1.96; }},
      {"concentrated", [](const Habits& u) { return u.hhi >= 0.40; }},
      {"momentum", [](const Habits& u) { return u.buy_momentum >= 0.06 && u.n_buys >= kOften; }},
      {"contrarian", [](const Habits& u) { return u.buy_momentum <= -0.08 && u.n_buys >= kOften; }},
      {"index_holder", [](const Habits& u) { return u.turnover <= 0.25 && u.n_eff >= 4; }}};
  for (const Rule& rule : kRules) {
    if (rule.holds(user)) return rule.name;
  }
  return "other";
""")),
    preserves(
        "user_classifier", "a return for each table",
        (CODE, NONE, """\
    if (held.empty()) return;
    if (angry.empty()) return;
    if (sold.empty()) return;
    if (exposed.empty()) return;
"""),
        proved=True),
    preserves(
        "user_classifier", "De Morgan",
        (CODE, NONE + PUT_OUT, """\
    if (!held.empty() && !angry.empty() && !sold.empty() && !exposed.empty()) {
"""
         + PUT_OUT + "    }\n")),
    # A record of an entity that fails is taken back, so it may as well be added later.
    preserves(
        "user_classifier", "the record is added last",
        (CODE, PUT_OUT, """\
    const Habits habits =
""" + HABITS + """;
    out.add()[found] = user_class(habits);
""")),
    preserves(
        "user_classifier", "the rules lie in another file",
        (CODE, '#include "layers/profiling/user_class.h"', '#include "layers/people/kinds.h"'),
        moves=((LAYER, "layers/people/kinds.h"),), proved=True),

    alters("user_classifier", "3 days are no day trade",
           (LAYER, "hold_median <= 3", "hold_median < 3"),
           where="a median of 3 days, 20 lots closed"),
    alters("user_classifier", "20 lots are too few",
           (LAYER, "n_closed >= 20", "n_closed > 20"),
           where="a median of 1 day, 20 lots closed"),
    alters("user_classifier", "revenge comes before day trades",
           (LAYER, DAY_TRADER + REVENGE, REVENGE + DAY_TRADER),
           where="a median of 1 day, 20 lots closed, revenge"),
    alters("user_classifier", "another level of significance",
           (LAYER, "disposition_t >= 1.96", "disposition_t >= 2.0"),
           where="a disposition of 0.1 with t = 1.98, and no rule before"),
    alters("user_classifier", "or instead of and",
           (LAYER, "disposition >= 0.05 &&", "disposition >= 0.05 ||"),
           where="a disposition of 0.1 with t = 1, and no rule before"),
    alters("user_classifier", "a limit has a tolerance",
           (LAYER, "user.hhi >= 0.40", "user.hhi >= 0.40 - 1e-9"),
           where="hhi of 0.3999999995, and no rule before"),
    alters("user_classifier", "a limit has the wrong sign",
           (LAYER, "buy_momentum <= -0.08", "buy_momentum <= 0.08"),
           where="8 purchases with a momentum of 0.01, and no rule before"),
    alters("user_classifier", "a habit takes 9 purchases",
           (LAYER, "kOften = 8;", "kOften = 9;"),
           where="8 purchases with a momentum of 0.1, and no rule before"),
    alters("user_classifier", "a constant becomes another default argument",
           (LAYER, SIGNATURE, SIGNATURE.replace("user)", "user, double often = 7)")),
           (LAYER, OFTEN, ""),
           (LAYER, MOMENTUM + CONTRARIAN, (MOMENTUM + CONTRARIAN).replace("kOften", "often")),
           where="7 purchases with a momentum of 0.1, and no rule before"),
    alters("user_classifier", "half of a rule is missing",
           (LAYER, "user.turnover <= 0.25 && user.n_eff >= 4", "user.turnover <= 0.25"),
           where="a turnover of 0.1 and n_eff of 3, and no rule before"),
    alters("user_classifier", "an unknown turnover is a low one",
           (LAYER, "user.turnover <= 0.25 &&", "!(user.turnover > 0.25) &&"),
           where="a turnover of null and n_eff of 5, and no rule before"),
    alters("user_classifier", "another word",
           (LAYER, OTHER, '  return "others";\n'),
           where="no rule holds"),
    alters("user_classifier", "arguments change places",
           (CODE, "exposed[0][hhi], exposed[0][n_eff],", "exposed[0][n_eff], exposed[0][hhi],"),
           where="hhi of 0.1 and n_eff of 10, and no rule before"),
    alters("user_classifier", "a missing row is an error",
           (CODE, "sold.empty() || exposed.empty()", "sold.empty()"),
           where="a user who has rows in all tables but exposure"),
    alters("user_classifier", "all rows must be missing",
           (CODE, NONE, NONE.replace("||", "&&")),
           where="a user who has rows in all tables but holding"),
)
