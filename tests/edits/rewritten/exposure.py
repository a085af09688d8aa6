"""Edits of exposure, written without a look at the others."""
from edit import alters, preserves

EXPOSURE = "calculations/portfolio/exposure.cc"

EDITS = (
    preserves("exposure", "concentration in a layer, turnover in parts",
              ("layers/portfolio/concentration.h", "", """\
// How concentrated amounts are: O. C. Herfindahl, A. O. Hirschman.
#pragma once

#include <cmath>
#include <span>

#include "layers/mathematics/numbers.h"

// The sum of the squared shares of the amounts, in absolute values; undefined where all are 0.
inline double herfindahl(std::span<const double> amounts) {
  Sum total;
  for (size_t i = 0; i < amounts.size(); ++i) total += std::abs(amounts[i]);
  const double whole = total;
  Sum squares;
  for (size_t i = 0; i < amounts.size(); ++i) {
    const double share = ratio(std::abs(amounts[i]), whole);
    squares += std::pow(share, 2);
  }
  return squares;
}
"""), (EXPOSURE, '#include "layers/portfolio/book.h"\n',
       '#include "layers/portfolio/book.h"\n#include "layers/portfolio/concentration.h"\n'),
              (EXPOSURE, """\
    const double concentration = concentration_of(book);
    Record record = out.add();
    record[hhi] = defined(concentration);
    record[n_eff] = defined(ratio(1, concentration));
    record[turnover] = defined(turnover_of(book));
  }

  double concentration_of(const Book& book) const {
    std::vector<Sum> held(books.closes.names().size());
    for (const Lot& lot : book.lots()) {
      if (lot.is_open) held[lot.ticker] += lot.value;
    }
    Sum all, squares;
    for (const double value : held) all += std::abs(value);
    for (const double value : held) squares += std::pow(ratio(std::abs(value), all), 2);
    return squares;
  }

  static double turnover_of(const Book& book) {
    Sum traded, values;
    for (const Lot& lot : book.lots()) {
      if (lot.opened >= book.begin()) traded += lot.invested;
      if (!lot.is_open) traded += lot.value;
    }
    for (auto day = book.begin(); day < book.end(); ++day) values += book.value(day);
    const double mean_value = values / static_cast<double>(book.end() - book.begin());
    return mean_value > 0 ? traded / 2 / mean_value : kUndefined;
  }
""", """\
    const double turned = turnover_of(book);
    const double concentration = herfindahl(held_in(book));
    Record record = out.add();
    record[turnover] = defined(turned);
    record[hhi] = defined(concentration);
    record[n_eff] = defined(ratio(1, concentration));
  }

  // The value of what is open, by ticker.
  std::vector<double> held_in(const Book& book) const {
    std::vector<Sum> sums(books.closes.names().size());
    for (const Lot& lot : book.lots()) {
      if (!lot.is_open) continue;
      sums[lot.ticker] += lot.value;
    }
    std::vector<double> held;
    for (const Sum& sum : sums) held.push_back(sum);
    return held;
  }

  // Purchases in the days of interest, and proceeds of sales.
  static double traded_in(const Book& book) {
    const std::ptrdiff_t begin = book.begin();
    Sum traded;
    for (const Lot& lot : book.lots()) {
      const bool bought = !(lot.opened < begin);
      if (bought) traded += lot.invested;
      if (lot.is_open) continue;
      traded += lot.value;
    }
    return traded;
  }

  static double mean_value_of(const Book& book) {
    size_t n = 0;
    Sum values;
    for (auto day = book.begin(); day != book.end(); ++day) {
      values += book.value(day);
      ++n;
    }
    return values / static_cast<double>(n);
  }

  static double turnover_of(const Book& book) {
    const double mean_value = mean_value_of(book);
    if (!(mean_value > 0)) return kUndefined;
    const double one_way = traded_in(book) / 2;
    return one_way / mean_value;
  }
""")),
    alters("exposure", "absolute values of lots",
           (EXPOSURE, "if (lot.is_open) held[lot.ticker] += lot.value;",
            "if (lot.is_open) held[lot.ticker] += std::abs(lot.value);"),
           where="a user with a buy of a stock that is worth 100, a short of the same stock that is "
                 "worth -30, and a buy of another one that is worth 50: hhi is 0.5988 instead of "
                 "0.5139"),
    alters("exposure", "bought on or after the first day",
           (EXPOSURE, "  static double turnover_of(const Book& book) {\n    Sum traded, values;\n", """\
  double turnover_of(const Book& book) const {
    const Date first = books.closes.date(static_cast<size_t>(book.begin()));
    Sum traded, values;
"""), (EXPOSURE, "if (lot.opened >= book.begin()) traded", "if (lot.open_date >= first) traded"),
           where="the window of 61 days begins with a Friday and a Monday, and the one lot of a "
                 "user, open, was opened on the Saturday between them, with invested = 1000: "
                 "turnover is 0 instead of 500 / mean value"),
)
