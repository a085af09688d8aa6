"""Edits of market/last_close and its layer."""
from edit import alters, preserves

CODE = "calculations/market/last_close.cc"
NUMBERS = "layers/mathematics/numbers.h"

READ = """    const double earlier = state.empty() ? kUndefined : state[0][close_before];
    const double today = quote.empty() ? kUndefined : quote[0][price];
"""
CLOSE = "    record[close] = defined(std::isfinite(today) ? today : earlier);\n"

EDITS = (
    preserves(
        "last_close", "locals have other names",
        (CODE, READ, """\
    const double before_today = state.empty() ? kUndefined : state[0][close_before];
    const double now = quote.empty() ? kUndefined : quote[0][price];
"""),
        (CODE, CLOSE, "    record[close] = defined(std::isfinite(now) ? now : before_today);\n"),
        (CODE, "defined(earlier);", "defined(before_today);"),
        proved=True),
    preserves(
        "last_close", "the condition is inverted",
        (CODE, "std::isfinite(today) ? today : earlier", "!std::isfinite(today) ? earlier : today"),
        proved=True),
    preserves(
        "last_close", "a statement instead of a conditional value",
        (CODE, CLOSE, """    double latest = today;
    if (!std::isfinite(latest)) latest = earlier;
    record[close] = defined(latest);
""")),
    preserves(
        "last_close", "names of the SDK are written out",
        (CODE, "using namespace almanac;", "namespace al = almanac;\nusing namespace al;"),
        (CODE, "  Table before = previous();", "  al::Table before = al::PerEntity::previous();"),
        (CODE, "void process(const Entity& entity, Output& out)",
         "void process(const al::Entity& entity, al::Output& out)"),
        proved=True),
    # What is not set is null, as what is set to nothing.
    preserves(
        "last_close", "what is unknown is not set",
        (CODE, "    record[previous_close] = defined(earlier);\n",
         "    if (std::isfinite(earlier)) record[previous_close] = earlier;\n")),
    # Neither is finite, so neither comes out.
    preserves(
        "last_close", "infinity stands for what is unknown",
        (CODE, READ, READ.replace("kUndefined", "kNone")),
        (CODE, "    const Rows state =",
         "    constexpr double kNone = std::numeric_limits<double>::infinity();\n"
         "    const Rows state ="),
        (CODE, "#include <cmath>\n", "#include <cmath>\n#include <limits>\n")),
    preserves(
        "last_close", "both numbers are read by a function of a new layer",
        ("layers/market/first_value.h", "", """// The first value of a column.
#pragma once

#include <almanac/calculation.h>

#include "layers/mathematics/numbers.h"

// Undefined without rows.
inline double first_value(const almanac::Rows& rows, almanac::In<double> column) {
  if (rows.empty()) return kUndefined;
  return rows[0][column];
}
"""),
        (CODE, READ, """    const double earlier = first_value(state, close_before);
    const double today = first_value(quote, price);
"""),
        (CODE, '#include "layers/mathematics/numbers.h"\n',
         '#include "layers/market/first_value.h"\n#include "layers/mathematics/numbers.h"\n')),
    preserves(
        "last_close", "a struct holds both numbers",
        (CODE, READ, """    struct Seen {
      double earlier = kUndefined, today = kUndefined;
      double latest() const { return std::isfinite(today) ? today : earlier; }
    };
    Seen seen;
    if (!quote.empty()) seen.today = quote[0][price];
    if (!state.empty()) seen.earlier = state[0][close_before];
"""),
        (CODE, CLOSE, "    record[close] = defined(seen.latest());\n"),
        (CODE, "defined(earlier);", "defined(seen.earlier);")),
    preserves(
        "last_close", "finite is what the largest number bounds",
        (NUMBERS, "return std::isfinite(x) ? std::optional(x) : std::nullopt;",
         "return std::abs(x) <= std::numeric_limits<double>::max() ? std::optional(x)"
         " : std::nullopt;")),

    alters("last_close", "the last of several prices of a day counts",
           (CODE, "quote[0][price]", "quote[quote.size() - 1][price]"),
           where="a ticker with two rows on the date whose prices differ"),
    alters("last_close", "an infinite price is a close",
           (CODE, "std::isfinite(today) ? today", "!std::isnan(today) ? today"),
           where="a close before, and an infinite price"),
    alters("last_close", "0 where nothing is known",
           (CODE, "state.empty() ? kUndefined :", "state.empty() ? 0 :"),
           where="a ticker without a row before"),
    alters("last_close", "a price of 0 or less is no close",
           (CODE, "std::isfinite(today) ? today", "std::isfinite(today) && today > 0 ? today"),
           where="a price of 0"),
    alters("last_close", "the columns change places",
           (CODE, "record[close] = defined(std", "record[previous_close] = defined(std"),
           (CODE, "record[previous_close] = defined(earlier)", "record[close] = defined(earlier)"),
           where="a price other than the close before"),
    alters("last_close", "a close is forgotten at the end of its month",
           (CODE, "    Record record = out.add();\n",
            """    const bool month_end = (entity.date() + 1).parts().day == 1;
    Record record = out.add();
"""),
           (CODE, "? today : earlier);", "? today : month_end ? kUndefined : earlier);"),
           where="a close before and no price, on the last day of a month"),
    alters("last_close", "29 February has no close of its own",
           (CODE, "    const double today = quote.empty() ?",
            """    const Date::Parts on = entity.date().parts();
    const double today = quote.empty() || (on.month == 2 && on.day == 29) ?"""),
           where="a price on 29 February"),
)
