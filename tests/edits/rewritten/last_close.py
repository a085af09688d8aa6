"""Edits of last_close, written without a look at the others."""
from edit import alters, preserves

LAST_CLOSE = "calculations/market/last_close.cc"
NUMBERS = '#include "layers/mathematics/numbers.h"\n'

EDITS = (
    preserves("last_close", "the first number of a table is a function of a layer",
              ("layers/market/first_number.h", "", """\
// The number of an entity that has one row, at most, in a table.
#pragma once

#include <almanac/calculation.h>

#include "layers/mathematics/numbers.h"

// Of the first row; undefined where there is none, or where it is null.
inline double first_number(const almanac::Rows& rows, almanac::In<double> column) {
  if (rows.empty()) return kUndefined;
  return rows[0][column];
}
"""), (LAST_CLOSE, NUMBERS, '#include "layers/market/first_number.h"\n' + NUMBERS),
              (LAST_CLOSE, """\
    const Rows state = entity.rows(before), quote = entity.rows(prices);
    const double earlier = state.empty() ? kUndefined : state[0][close_before];
    const double today = quote.empty() ? kUndefined : quote[0][price];
    Record record = out.add();
    record[close] = defined(std::isfinite(today) ? today : earlier);
    record[previous_close] = defined(earlier);
""", """\
    const double today = first_number(entity.rows(prices), price);
    const double earlier = first_number(entity.rows(before), close_before);
    double latest = today;
    if (!std::isfinite(latest)) latest = earlier;
    Record record = out.add();
    record[previous_close] = defined(earlier);
    record[close] = defined(latest);
""")),
    preserves("last_close", "null instead of NaN", (LAST_CLOSE, """\
#include <cmath>
""", """\
#include <optional>
"""), (LAST_CLOSE, """\
    const double earlier = state.empty() ? kUndefined : state[0][close_before];
    const double today = quote.empty() ? kUndefined : quote[0][price];
    Record record = out.add();
    record[close] = defined(std::isfinite(today) ? today : earlier);
    record[previous_close] = defined(earlier);
""", """\
    std::optional<double> earlier, latest;
    if (!state.empty()) earlier = defined(state[0][close_before]);
    if (!quote.empty()) latest = defined(quote[0][price]);
    if (!latest.has_value()) latest = earlier;
    Record record = out.add();
    record[close] = latest;
    record[previous_close] = earlier;
""")),
    alters("last_close", "a close is below infinity",
           (LAST_CLOSE, "#include <cmath>\n", "#include <limits>\n"),
           (LAST_CLOSE, "std::isfinite(today) ? today : earlier",
            "today < std::numeric_limits<double>::infinity() ? today : earlier"),
           where="a ticker whose close of the day before is 5, and that of today is minus infinity: "
                 "close is null instead of 5"),
)
