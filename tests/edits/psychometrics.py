"""Edits of psychometrics/revenge_trading, disposition and disposition_skew, and their layers."""
from edit import alters, preserves

REVENGE = "calculations/psychometrics/revenge_trading.cc"
DISPOSITION = "calculations/psychometrics/disposition.cc"
SKEW = "calculations/psychometrics/disposition_skew.cc"
EFFECT = "layers/profiling/disposition_effect.h"
LOTS = "layers/schemas/lots.h"
MOMENTS = "layers/mathematics/moments.h"

SIDE = """\
  struct Side {  // days after losses, or others
    size_t days = 0, lots = 0;
    Sum invested;
  };
"""
BY_DAY = """\
    for (auto day = book.begin(); day < book.end(); ++day) {
      if (!(book.value(day - 1) > 0)) continue;
      Side& side = is_recent(losses, static_cast<size_t>(day)) ? after : other;
      ++side.days;
      for (const Lot& lot : book.lots()) {
        if (lot.opened != day) continue;
        side.invested += lot.invested;
        ++side.lots;
      }
    }
"""
RATIOS = """\
    const double size = ratio(per(after.lots, after), per(other.lots, other));
    const bool enough_days = after.days >= kLeastDays && other.days >= kLeastDays;
    const double a_day =
        enough_days ? ratio(per(after.days, after), per(other.days, other)) : kUndefined;
"""
PER = """\
  static double per(size_t count, const Side& side) {
    return ratio(side.invested, static_cast<double>(count));
  }

"""
FLAG = """\
    record[revenge_flag] = size >= kMuchMore && a_day >= kMuchMore &&
                           after.lots >= kLeastLotsAfter && other.lots >= kLeastLotsOther;
"""
EACH_LOSS = """\
      losses.push_back(false);
      for (const Row lot : day.rows) {
        const bool counts = defect(books.closed, lot, day.date) == nullptr;
        if (counts && numbers_of(books.closed, lot).net_profit < 0) losses.back() = true;
      }
"""
LOOK_BACK = """\
    for (size_t i = end - std::min<size_t>(end, kRecent); i < end; ++i) {
      if (losses[i]) return true;
    }
    return false;
"""
IS_RECENT = """\
  // Both windows end with the date.
  bool is_recent(const std::vector<bool>& losses, size_t day) const {
    const size_t end = losses.size() - (books.closes.days() - day);
""" + LOOK_BACK + "  }\n"

REVENGE_TRADING = (
    preserves(
        "revenge_trading", "an algorithm looks for a loss",
        (REVENGE, "    const size_t end = losses.size() - (books.closes.days() - day);\n"
         + LOOK_BACK, """\
    const auto end = losses.end() - static_cast<std::ptrdiff_t>(books.closes.days() - day);
    const auto begin = end - losses.begin() > kRecent ? end - kRecent : losses.begin();
    return std::find(begin, end, true) != end;
""")),
    preserves(
        "revenge_trading", "days after losses are marked, instead of losses looked for",
        (REVENGE, "    const std::vector<bool> losses = days_with_losses(entity);\n",
         "    const std::vector<bool> marked = days_after(days_with_losses(entity));\n"),
        (REVENGE, "is_recent(losses, static_cast<size_t>(day)) ?",
         "marked[marked.size() - static_cast<size_t>(book.end() - day)] ?"),
        (REVENGE, IS_RECENT, """\
  // Both windows end with the date.
  static std::vector<bool> days_after(const std::vector<bool>& losses) {
    std::vector<bool> after(losses.size());
    for (size_t day = 0; day < losses.size(); ++day) {
      if (!losses[day]) continue;
      for (size_t i = 1; i <= kRecent && day + i < after.size(); ++i) after[day + i] = true;
    }
    return after;
  }
""")),
    preserves(
        "revenge_trading", "a side adds up itself",
        (REVENGE, SIDE, """\
  struct Side {  // days after losses, or others
    Sum invested;
    size_t lots = 0, days = 0;

    void add(const Book& book, std::ptrdiff_t day) {
      days++;
      for (size_t i = 0; i < book.lots().size(); i++) {
        const Lot& lot = book.lots()[i];
        if (lot.opened == day) {
          ++lots;
          invested += lot.invested;
        }
      }
    }
    double per(size_t count) const { return ratio(invested, static_cast<double>(count)); }
  };
"""),
        (REVENGE, BY_DAY, """\
    for (auto day = book.begin(); day != book.end(); day++) {
      if (book.value(day - 1) > 0) {
        if (is_recent(losses, static_cast<size_t>(day))) {
          after.add(book, day);
        } else {
          other.add(book, day);
        }
      }
    }
"""),
        (REVENGE, RATIOS, """\
    const double size = ratio(after.per(after.lots), other.per(other.lots));
    double a_day = kUndefined;
    if (after.days >= kLeastDays && other.days >= kLeastDays) {
      a_day = ratio(after.per(after.days), other.per(other.days));
    }
"""),
        (REVENGE, PER, "")),
    preserves(
        "revenge_trading", "one condition after the other for the flag",
        (REVENGE, FLAG, """\
    bool flag = other.lots >= kLeastLotsOther;
    if (kLeastLotsAfter > after.lots) flag = false;
    if (!(a_day >= kMuchMore)) flag = false;
    if (!(kMuchMore <= size)) flag = false;
    record[revenge_flag] = flag;
""")),
    preserves(
        "revenge_trading", "an algorithm looks for a lot closed at a loss",
        (REVENGE, EACH_LOSS, """\
      losses.push_back(std::any_of(day.rows.begin(), day.rows.end(), [&](const Row lot) {
        return 0 > numbers_of(books.closed, lot).net_profit &&
               defect(books.closed, lot, day.date) == nullptr;
      }));
""")),

    alters("revenge_trading", "a ratio of too few days is high enough",
           (REVENGE, "a_day >= kMuchMore &&", "!(a_day < kMuchMore) &&"),
           where="4 days after losses, on which 5 lots were opened that cost twice as much as 3 "
                 "others"),
    alters("revenge_trading", "a loss counts on its own day",
           (REVENGE, "i < end; ++i) {", "i <= end; ++i) {"),
           where="a lot closed at a loss on a day that began with something, none in the 3 days "
                 "before"),
    alters("revenge_trading", "who breaks even has lost",
           (REVENGE, ".net_profit < 0) losses", ".net_profit <= 0) losses"),
           where="a lot closed the day before with a net profit of 0"),
    alters("revenge_trading", "the loss of a rejected lot counts",
           (REVENGE, """\
        const bool counts = defect(books.closed, lot, day.date) == nullptr;
        if (counts && numbers_of(books""", "        if (numbers_of(books"),
           where="a lot with units of -1, closed the day before at a loss"),
    alters("revenge_trading", "what is not known to be worth nothing is worth something",
           (REVENGE, "if (!(book.value(day - 1) > 0)) continue;",
            "if (book.value(day - 1) <= 0) continue;"),
           where="a lot whose ticker had no close on one day of the window"),
    # A sum keeps its errors in a plain one.
    alters("revenge_trading", "sizes are added up in the order of the lots, not of the days",
           (REVENGE, BY_DAY, """\
    for (auto day = book.begin(); day < book.end(); ++day) {
      if (!(book.value(day - 1) > 0)) continue;
      ++(is_recent(losses, static_cast<size_t>(day)) ? after : other).days;
    }
    for (const Lot& lot : book.lots()) {
      if (lot.opened < book.begin() || lot.opened >= book.end()) continue;
      if (!(book.value(lot.opened - 1) > 0)) continue;
      Side& side = is_recent(losses, static_cast<size_t>(lot.opened)) ? after : other;
      side.invested += lot.invested;
      ++side.lots;
    }
"""),
           where="open lots that cost 1e40, 1e20, 1, -1e40 and -1e20, opened on the first, third, "
                 "fifth, second and fourth of five days that are not after losses, and one opened "
                 "on a day that is"),
)

EACH_SOLD_DAY = """\
    for (auto day = book.begin(); day < static_cast<std::ptrdiff_t>(sold.size()); ++day) {
      if (!sold[static_cast<size_t>(day)]) continue;
      for (const Lot& lot : book.lots()) {
        if (!lot.held(day)) continue;
        paper.add(lot.sign * lot.units * (book.close(lot, day) - lot.open_price));
      }
    }
"""
ADD_PROFIT = """\
    gains += std::isnan(profit) ? kUndefined : profit > 0 ? 1 : 0;
    losses += std::isnan(profit) ? kUndefined : profit < 0 ? 1 : 0;
"""

DISPOSITION_EDITS = (
    # Once a count is undefined it stays so.
    preserves(
        "disposition", "a profit by else if",
        (EFFECT, ADD_PROFIT, """\
    if (std::isnan(profit)) {
      gains = losses = profit;
    } else if (profit < 0) {
      losses++;
    } else if (profit > 0) {
      gains++;
    }
""")),
    # Counts are whole numbers, whatever their order.
    preserves(
        "disposition", "the loops over days and lots change places",
        (DISPOSITION, "#include <vector>\n", "#include <algorithm>\n#include <vector>\n"),
        (DISPOSITION, EACH_SOLD_DAY, """\
    const auto end = static_cast<std::ptrdiff_t>(sold.size());
    for (const Lot& lot : book.lots()) {
      const auto last = std::min(lot.closed, end);
      for (auto day = std::max(lot.opened, book.begin()); day < last; ++day) {
        if (!sold[static_cast<size_t>(day)]) continue;
        paper.add(lot.sign * lot.units * (book.close(lot, day) - lot.open_price));
      }
    }
""")),
    # To take a product with 1 or -1 rounds nothing.
    preserves(
        "disposition", "the sign comes last",
        (DISPOSITION, "lot.sign * lot.units * (book.close(lot, day) - lot.open_price)",
         "lot.units * (book.close(lot, day) - lot.open_price) * lot.sign")),
    preserves(
        "disposition", "days with sales are a set",
        (DISPOSITION, "#include <vector>\n", "#include <set>\n"),
        (DISPOSITION, "    std::vector<bool> sold(books.closes.days());\n",
         "    std::set<std::ptrdiff_t> sold;\n"),
        (DISPOSITION, """\
      if (lot.is_open) continue;
      realised.add(lot.net_profit);
      sold[static_cast<size_t>(lot.closed)] = true;
""", """\
      if (!lot.is_open) {
        sold.insert(lot.closed);
        realised.add(lot.net_profit);
      }
"""),
        (DISPOSITION, """\
    for (auto day = book.begin(); day < static_cast<std::ptrdiff_t>(sold.size()); ++day) {
      if (!sold[static_cast<size_t>(day)]) continue;
""", """\
    for (const std::ptrdiff_t day : sold) {
""")),
    preserves(
        "disposition", "a function for what is said of gains and of losses",
        (EFFECT, """\
    const double gains = realised.gains + paper.gains, losses = realised.losses + paper.losses;
    pgr = ratio(realised.gains, gains);
    plr = ratio(realised.losses, losses);
    difference = pgr - plr;
    t = ratio(difference, std::sqrt(pgr * (1 - pgr) / gains + plr * (1 - plr) / losses));
  }
""", """\
    const Share gained(realised.gains, paper.gains), lost(realised.losses, paper.losses);
    pgr = gained.share;
    plr = lost.share;
    difference = pgr - plr;
    const double error = std::sqrt(gained.variance + lost.variance);
    t = error == 0 ? kUndefined : difference / error;
  }

 private:
  struct Share {
    double share, variance;
    Share(double sold, double kept) {
      const double all = sold + kept;
      share = ratio(sold, all);
      variance = share * (1 - share) / all;
    }
  };
""")),

    alters("disposition", "a lot without units gains and loses",
           (DISPOSITION, "lot.sign * lot.units * (book", "lot.sign * (book"),
           where="an open lot of 0 units, not at its opening price, on a day of a sale"),
    alters("disposition", "what is bought on a day of a sale is not kept on it",
           (DISPOSITION, "if (!lot.held(day)) continue;",
            "if (!lot.held(day) || lot.opened == day) continue;"),
           where="a lot closed on a day on which another is opened, not at the close"),
    alters("disposition", "gains and losses change places in the error",
           (EFFECT, "pgr * (1 - pgr) / gains + plr * (1 - plr) / losses",
            "pgr * (1 - pgr) / losses + plr * (1 - plr) / gains"),
           where="one gain and one loss realised, one paper gain and three paper losses"),
    alters("disposition", "nothing is kept on the first day",
           (DISPOSITION, "auto day = book.begin();", "auto day = book.begin() + 1;"),
           where="a calendar of 61 days, a lot closed on the second of them, and one open all the "
                 "time, not at its opening price"),
    alters("disposition", "an unknown profit is no loss",
           (EFFECT, "losses += std::isnan(profit) ? kUndefined : profit < 0 ? 1 : 0;",
            "losses += profit < 0 ? 1 : 0;"),
           where="a closed lot whose price is null"),
)

EACH_RETURN = """\
      std::vector<double> returns;
      each_lot(lots, entity, [&](Date, Row lot) {
        any = true;
        const LotNumbers numbers = numbers_of(lots, lot);
        if (numbers.invested != 0) returns.push_back(numbers.net_profit / numbers.invested);
      });
      return skewness(returns);
"""
EACH_LOT = """\
template <class Use>
void each_lot(const Lots& lots, const almanac::Context& user, Use use) {
"""
SKEWNESS = """\
  const auto n = static_cast<double>(values.size());
  const double m2 = central_moment(values, 2);
  if (values.size() < 3 || !(m2 > kNoVariance)) return kUndefined;
  return std::sqrt(n * (n - 1)) / (n - 2) * central_moment(values, 3) / std::pow(m2, 1.5);
"""

DISPOSITION_SKEW = (
    preserves(
        "disposition_skew", "open lots come first",
        (SKEW, "const double realised = skew_of(closed), paper = skew_of(open);",
         "const double paper = skew_of(open), realised = skew_of(closed);")),
    # With an undefined return the mean is undefined, and so is all that follows.
    preserves(
        "disposition_skew", "what is unknown is remembered instead of collected",
        (SKEW, EACH_RETURN, """\
      bool known = true;
      std::vector<double> returns;
      each_lot(lots, entity, [&](Date, Row lot) {
        any = true;
        const auto [invested, net_profit, value] = numbers_of(lots, lot);
        if (std::isnan(value)) {
          known = false;
        } else if (invested != 0) {
          returns.push_back(net_profit / invested);
        }
      });
      return known ? skewness(returns) : kUndefined;
""")),
    preserves(
        "disposition_skew", "both moments in one loop",
        (MOMENTS, SKEWNESS, """\
  if (values.size() < 3) return kUndefined;
  const auto n = static_cast<double>(values.size());
  const double centre = mean(values);
  Sum squares, cubes;
  for (const double x : values) {
    const double distance = x - centre, square = distance * distance;
    squares += square;
    cubes += square * distance;
  }
  const double m2 = squares / n, m3 = cubes / n;
  return m2 > kNoVariance ? std::sqrt(n * (n - 1)) / (n - 2) * m3 / std::pow(m2, 1.5) : kUndefined;
""")),
    preserves(
        "disposition_skew", "a function that is passed has a type",
        (LOTS, "#include <cmath>\n", "#include <cmath>\n#include <functional>\n"),
        (LOTS, EACH_LOT, """\
inline void each_lot(const Lots& lots, const almanac::Context& user,
                     const std::function<void(almanac::Date, almanac::Row)>& use) {
""")),
    preserves(
        "disposition_skew", "a power by a loop that counts down",
        (MOMENTS, """\
    double term = x - centre;
    for (int i = 1; i < power; ++i) term *= x - centre;
    sum += term;
""", """\
    const double distance = x - centre;
    double term = 1;
    for (int left = power; left > 0; --left) term *= distance;
    sum += term;
""")),

    alters("disposition_skew", "a product with a root instead of a power",
           (MOMENTS, "std::pow(m2, 1.5)", "(m2 * std::sqrt(m2))"),
           where="open lots with returns of 1, 2 and 4: the last bit"),
    alters("disposition_skew", "a larger variance is rounding alone",
           (MOMENTS, "kNoVariance = 1e-24;", "kNoVariance = 1e-22;"),
           where="open lots with returns of 0, 0 and 1e-11"),
    alters("disposition_skew", "an unknown return is none",
           (SKEW, "if (numbers.invested != 0)", "if (numbers.invested > 0)"),
           where="three open lots with returns of 0.1, 0.2 and 0.4, and one whose price is null"),
    alters("disposition_skew", "who has lots without units alone has no row",
           (SKEW, """\
        any = true;
        const LotNumbers numbers = numbers_of(lots, lot);
        if (numbers.invested != 0) returns.push_back(numbers.net_profit / numbers.invested);
""", """\
        const LotNumbers numbers = numbers_of(lots, lot);
        if (numbers.invested == 0) return;
        any = true;
        returns.push_back(numbers.net_profit / numbers.invested);
"""),
           where="a user whose only lot has 0 units and cost 0"),
    alters("disposition_skew", "a return is rounded otherwise",
           (SKEW, "push_back(numbers.net_profit / numbers.invested);",
            "push_back(numbers.value / numbers.invested - 1);"),
           where="open lots that cost 1 and have earned 0.1, 0.2 and 0.4: the last bits"),
)

EDITS = (*REVENGE_TRADING, *DISPOSITION_EDITS, *DISPOSITION_SKEW)
