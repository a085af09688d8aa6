"""Edits of revenge_trading, written without a look at the others."""
from edit import alters, preserves

REVENGE = "calculations/psychometrics/revenge_trading.cc"
BOOK = "layers/portfolio/book.h"

EDITS = (
    preserves(
        "revenge_trading", "a book's days are made one after the other",
        (BOOK, """\
    const auto end = static_cast<std::ptrdiff_t>(closes_.days());
    std::vector<Sum> pnl(closes_.days()), value(closes_.days());
    for (const Lot& lot : lots_) {
      for (auto day = std::max(lot.opened, begin() - 1); day < std::min(lot.closed, end); ++day) {
        value[size_t(day)] += worth(lot, day);
        if (day + 1 < end) pnl[size_t(day + 1)] += earned(lot, day + 1);
      }
    }
    std::vector<UserDay> days;
    for (auto day = size_t(begin()); day < closes_.days(); ++day) {
      days.push_back({pnl[day], value[day - 1], value[day]});
    }
    return days;
  }
""", """\
    const auto end = static_cast<std::ptrdiff_t>(closes_.days());
    std::vector<UserDay> days;
    double before = value_at(begin() - 1);
    for (std::ptrdiff_t day = begin(); day < end; ++day) {
      const double value = value_at(day);
      days.push_back({pnl_of(day), before, value});
      before = value;
    }
    return days;
  }
"""),
        (BOOK, """\
 private:
  void add(const Lots& lots, almanac::Row lot, std::ptrdiff_t closed) {
""", """\
 private:
  // Of all lots that are held at the close of a day, in their order.
  double value_at(std::ptrdiff_t day) const {
    Sum value;
    for (const Lot& lot : lots_) {
      if (lot.held(day)) value += worth(lot, day);
    }
    return value;
  }
  // Of all lots that the day began with.
  double pnl_of(std::ptrdiff_t day) const {
    Sum pnl;
    for (const Lot& lot : lots_) {
      if (lot.held(day - 1)) pnl += earned(lot, day);
    }
    return pnl;
  }

  void add(const Lots& lots, almanac::Row lot, std::ptrdiff_t closed) {
""")),
    preserves(
        "revenge_trading", "days since the last loss are counted, in a header of their own",
        ("layers/portfolio/aftermath.h", "", """\
// What follows an event, day by day.
#pragma once

#include <cstddef>
#include <vector>

// For each day, whether there was an event 1 to `days` days before it.
inline std::vector<bool> aftermath(const std::vector<bool>& events, size_t days) {
  std::vector<bool> follows;
  follows.reserve(events.size());
  size_t quiet = days;  // days without an event before this one; `days` at the beginning, too
  for (const bool event : events) {
    follows.push_back(quiet < days);
    quiet = event ? 0 : quiet + 1;
  }
  return follows;
}
"""),
        (REVENGE, '#include "layers/portfolio/book.h"\n',
         '#include "layers/portfolio/aftermath.h"\n#include "layers/portfolio/book.h"\n'),
        (REVENGE, """\
    const std::vector<bool> losses = days_with_losses(entity);
    const std::vector<UserDay> days = book.days();
    const auto first = static_cast<size_t>(book.begin());
""", """\
    const std::vector<bool> follows_loss = aftermath(days_with_losses(entity), kRecent);
    const std::vector<UserDay> days = book.days();
    const auto first = static_cast<size_t>(book.begin());
    // Both windows end with the date, so that this is the place of the first day of interest.
    const size_t shift = first + follows_loss.size() - books.closes.days();
"""),
        (REVENGE, "      Side& side = is_recent(losses, first + i) ? after : other;\n",
         "      Side& side = follows_loss[shift + i] ? after : other;\n"),
        (REVENGE, """\
    return losses;
  }

  // Both windows end with the date.
  bool is_recent(const std::vector<bool>& losses, size_t day) const {
    const size_t end = losses.size() - (books.closes.days() - day);
    for (size_t i = end - std::min<size_t>(end, kRecent); i < end; ++i) {
      if (losses[i]) return true;
    }
    return false;
  }
""", """\
    return losses;
  }
""")),
    alters(
        "revenge_trading", "no loss is recent before there are three days",
        (REVENGE, "    for (size_t i = end - std::min<size_t>(end, kRecent); i < end; ++i) {\n",
         """\
    if (end < kRecent) return false;
    for (size_t i = end - kRecent; i < end; ++i) {
"""),
        where="the calendar has 3 days; a user closes a lot at a loss on the first of them and holds "
              "another one, opened before, on all three, with closes on each: post_loss_days was 2 "
              "and is 0, other_days was 0 and is 2"),
    alters(
        "revenge_trading", "too few lots: three others are not enough",
        (REVENGE, """\
    record[revenge_flag] = size >= kMuchMore && a_day >= kMuchMore &&
                           after.lots >= kLeastLotsAfter && other.lots >= kLeastLotsOther;
""", """\
    const bool too_few = after.lots < kLeastLotsAfter || other.lots <= kLeastLotsOther;
    record[revenge_flag] = !too_few && size >= kMuchMore && a_day >= kMuchMore;
"""),
        where="the calendar has 100 days; a user holds a lot on all 60 days of the window; two lots "
              "older than the window are closed at a loss on days 10 and 20 of it; five lots with "
              "invested 1000 are opened on days 11 to 13, three with invested 100 on day 40, all "
              "still open: revenge_flag was true and is false"),
)
