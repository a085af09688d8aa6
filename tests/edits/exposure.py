"""Edits of portfolio/exposure and its layers."""
from edit import alters, preserves

CODE = "calculations/portfolio/exposure.cc"
BOOK = "layers/portfolio/book.h"
LOTS = "layers/schemas/lots.h"
NUMBERS = "layers/mathematics/numbers.h"
SUM = "layers/mathematics/sum.h"

SQUARES = "for (const double value : held) squares += std::pow(ratio(std::abs(value), all), 2);"
SHARES = """    Sum all, squares;
    for (const double value : held) all += std::abs(value);
    """ + SQUARES + """
    return squares;
"""
TURNOVER = "    return mean_value > 0 ? traded / 2 / mean_value : kUndefined;\n"
BOUGHT = """    for (const Lot& lot : book.lots()) {
      if (lot.opened >= book.begin()) traded += lot.invested;
"""
BY_DAY = """\
    for (auto day = book.begin(); day < book.end(); ++day) values += book.value(day);
"""

EDITS = (
    # Compilers make x * x of pow(x, 2), which is not called.
    preserves(
        "exposure", "a square instead of a power",
        (CODE, SQUARES, """for (const double value : held) {
      const double share = ratio(std::abs(value), all);
      squares += share * share;
    }""")),
    preserves(
        "exposure", "times 0.5 instead of by 2",
        (CODE, "traded / 2 / mean_value", "traded * 0.5 / mean_value"),
        proved=True),
    preserves(
        "exposure", "an early return instead of a conditional value",
        (CODE, TURNOVER, """    if (!(mean_value > 0)) return kUndefined;
    const double half = traded / 2;
    return half / mean_value;
"""),
        proved=True),
    # What a division by 0 gives is null, as is what is undefined.
    preserves(
        "exposure", "a mean of 0 is divided by",
        (CODE, "return mean_value > 0 ?", "return mean_value >= 0 ?")),
    preserves(
        "exposure", "no ratio of 1 but a quotient",
        (CODE, "defined(ratio(1, concentration))", "defined(1 / concentration)")),
    preserves(
        "exposure", "a helper is written in place",
        (CODE, "    const double concentration = concentration_of(book);\n",
         """    std::vector<Sum> held(books.closes.names().size());
    for (const Lot& lot : book.lots()) {
      if (lot.is_open) held[lot.ticker] += lot.value;
    }
""" + SHARES.replace("    return squares;\n", "    const double concentration = squares;\n")),
        (CODE, """  double concentration_of(const Book& book) const {
    std::vector<Sum> held(books.closes.names().size());
    for (const Lot& lot : book.lots()) {
      if (lot.is_open) held[lot.ticker] += lot.value;
    }
""" + SHARES + "  }\n\n", "")),
    preserves(
        "exposure", "the sum of squares is a function of a new layer",
        (CODE, SHARES, "    return herfindahl(held);\n"),
        (CODE, '#include "layers/portfolio/book.h"\n',
         '#include "layers/mathematics/herfindahl.h"\n#include "layers/portfolio/book.h"\n'),
        ("layers/mathematics/herfindahl.h", "", """// How concentrated amounts are.
#pragma once

#include <cmath>
#include <vector>

#include "layers/mathematics/numbers.h"

// The sum of the squared shares of their absolute values.
inline double herfindahl(const std::vector<Sum>& held) {
""" + SHARES.replace("    ", "  ") + "}\n")),
    preserves(
        "exposure", "indices instead of ranges",
        (CODE, "    for (const double value : held) all += std::abs(value);\n",
         "    for (size_t i = 0; i < held.size(); i++) all += std::abs(held[i]);\n"),
        (CODE, BOUGHT, """    for (size_t i = 0; i != book.lots().size(); i++) {
      const Lot& lot = book.lots()[i];
      if (lot.opened >= book.begin()) traded += lot.invested;
""")),
    preserves(
        "exposure", "what nobody uses is declared and included",
        (CODE, "#include <cmath>\n", "#include <cmath>\n#include <map>\n#include <string>\n"),
        (CODE, "  static double turnover_of(", """\
  static double squared(double x) { return x * x; }

  static double turnover_of("""),
        (NUMBERS, "inline constexpr uint32_t kWindow",
         "inline constexpr double kWeeksPerYear = 52;\ninline constexpr uint32_t kWindow"),
        proved=True),
    # Where one of both is NaN, either side is.
    preserves(
        "exposure", "the error of a sum by an inverted if",
        (SUM, "    error_ += std::abs(sum_) >= std::abs(x) ? (sum_ - next) + x"
         " : (x - next) + sum_;\n",
         """    if (std::abs(sum_) < std::abs(x)) {
      error_ += (x - next) + sum_;
    } else {
      error_ += (sum_ - next) + x;
    }
""")),
    preserves(
        "exposure", "continue instead of else",
        (LOTS, """      if (reason == nullptr) {
        use(day.date, lot);
      } else if (day.date == user.date()) {
        user.reject(reason);
      }
""", """      if (reason != nullptr) {
        if (user.date() == day.date) user.reject(reason);
        continue;
      }
      use(day.date, lot);
""")),
    preserves(
        "exposure", "a comparison instead of a maximum",
        (BOOK, "return static_cast<std::ptrdiff_t>(std::max<size_t>(1, closes_.first()));",
         "return static_cast<std::ptrdiff_t>(closes_.first() > 1 ? closes_.first() : 1);")),
    # What is added up for a day comes lot by lot either way.
    preserves(
        "exposure", "the loops over lots and days change places",
        (CODE, BY_DAY, """    std::vector<Sum> by_day(static_cast<size_t>(book.end()));
    for (const Lot& lot : book.lots()) {
      for (auto day = book.begin(); day < book.end(); ++day) {
        if (lot.held(day)) by_day[static_cast<size_t>(day)] += book.worth(lot, day);
      }
    }
    for (auto day = book.begin(); day < book.end(); ++day) {
      values += by_day[static_cast<size_t>(day)];
    }
""")),
    preserves(
        "exposure", "an early return instead of a conditional value in a layer",
        (LOTS, "  return known ? numbers : LotNumbers{kUndefined, kUndefined, kUndefined};\n",
         """  if (!known) return {kUndefined, kUndefined, kUndefined};
  return numbers;
"""),
        proved=True),

    alters("exposure", "tickers without a value are left out",
           (CODE, SQUARES, """for (const double value : held) {
      if (value != 0) squares += std::pow(ratio(std::abs(value), all), 2);
    }"""),
           where="a user whose lots are all closed: 0 instead of null"),
    alters("exposure", "a plain sum",
           (CODE, "    Sum all, squares;\n", "    double all = 0, squares = 0;\n"),
           where="lots worth 0.1, 0.2 and 0.3 of three tickers: the last bits"),
    alters("exposure", "the error of a sum is forgotten",
           (SUM, "return sum_ + error_;", "return sum_;"),
           where="lots worth 1e16, 1 and 1 of three tickers"),
    alters("exposure", "worth is rounded otherwise",
           (BOOK, "return lot.units * (lot.open_price + lot.sign * (close(lot, day)"
            " - lot.open_price));",
            "return lot.units * lot.open_price +\n"
            "           lot.units * lot.sign * (close(lot, day) - lot.open_price);"),
           where="a lot of 0.1 units at 0.3, whose close is 0.7: the last bits"),
    alters("exposure", "what was closed is worth something up to the date",
           (BOOK, "if (lot.held(day)) sum +=", "if (lot.opened <= day) sum +="),
           where="a lot that was closed before the date"),
    alters("exposure", "a purchase on the first day does not count",
           (CODE, "lot.opened >= book.begin()", "lot.opened > book.begin()"),
           where="a lot opened on the first of the 60 days"),
    alters("exposure", "sales count with what they cost",
           (CODE, "if (!lot.is_open) traded += lot.value;",
            "if (!lot.is_open) traded += lot.invested;"),
           where="a lot closed at another price"),
    alters("exposure", "no absolute values",
           (CODE, "all += std::abs(value);", "all += value;"),
           where="a short that is worth less than nothing, and another lot"),
    alters("exposure", "next to no value is none",
           (CODE, "return mean_value > 0 ?", "return mean_value > 1e-6 ?"),
           where="a lot of 1e-9 units"),
    alters("exposure", "the mean is over one day less",
           (CODE, "(book.end() - book.begin())", "(book.end() - book.begin() - 1)"),
           where="a lot opened in the window"),
    alters("exposure", "a window of 61 days",
           (NUMBERS, "kWindow = 60;", "kWindow = 61;"),
           where="a lot closed 60 days of the calendar before the date"),
    alters("exposure", "nothing is turned over on 29 February",
           (CODE, "    record[turnover] = defined(turnover_of(book));\n",
            """    const Date::Parts on = entity.date().parts();
    if (on.month == 2 && on.day == 29) return;
    record[turnover] = defined(turnover_of(book));
"""),
           where="an open lot on 29 February"),
)
