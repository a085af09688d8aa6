"""Edits of revenge_trading, written without a look at the others."""
from edit import alters, preserves

REVENGE = "calculations/psychometrics/revenge_trading.cc"
BOOK = "layers/portfolio/book.h"

EDITS = (
    preserves(
        "revenge_trading", "a book's days are made all at once, lot by lot",
        (BOOK, """\
      if (day >= begin()) add(closed, lot, day, false);
    });
""", """\
      if (day >= begin()) add(closed, lot, day, false);
    });
    add_up_days();
"""),
        (BOOK, """\
  // What all lots are worth at the close of a day: one of interest, or the one before these.
  double value(std::ptrdiff_t day) const {
    Sum sum;
    for (const Lot& lot : lots_) {
      if (lot.held(day)) sum += worth(lot, day);
    }
    return sum;
  }
  // What they earned on a day of interest.
  double pnl(std::ptrdiff_t day) const {
    Sum sum;
    for (const Lot& lot : lots_) {
      if (lot.held(day - 1)) sum += earned(lot, day);
    }
    return sum;
  }

 private:
""", """\
  // What all lots are worth at the close of a day: one of interest, or the one before these.
  double value(std::ptrdiff_t day) const { return values_[size_t(day)]; }
  // What they earned on a day of interest.
  double pnl(std::ptrdiff_t day) const { return pnls_[size_t(day)]; }

 private:
  // Each day's lots come in their order.
  void add_up_days() {
    values_.resize(closes_.days());
    pnls_.resize(closes_.days());
    for (const Lot& lot : lots_) {
      const std::ptrdiff_t until = std::min(lot.closed, end());
      for (auto day = std::max(lot.opened, begin() - 1); day < until; ++day) {
        values_[size_t(day)] += worth(lot, day);
        if (day + 1 < end()) pnls_[size_t(day + 1)] += earned(lot, day + 1);
      }
    }
  }

"""),
        (BOOK, """\
  std::vector<Lot> lots_;
};
""", """\
  std::vector<Lot> lots_;
  std::vector<Sum> values_, pnls_;  // of the days of the window
};
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
""", """\
    const std::vector<bool> follows_loss = aftermath(days_with_losses(entity), kRecent);
    // Both windows end with the date, so that this lies between the places of each day.
    const auto shift = static_cast<std::ptrdiff_t>(follows_loss.size()) - book.end();
"""),
        (REVENGE, "is_recent(losses, static_cast<size_t>(day)) ?",
         "follows_loss[static_cast<size_t>(day + shift)] ?"),
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
    alters("revenge_trading", "the size of lots alone must be more than 1.5",
           (REVENGE, """\
//   revenge_flag        both are at least 1.5, with 5 lots after losses and 3 others
""",
            """\
//   revenge_flag        the first is above 1.5, the second at least that, with 5 lots after
//                       losses and 3 others
"""),
           (REVENGE, """\
    const double a_day =
""",
            """\
    const double per_day =
"""),
           (REVENGE, """\
    record[revenge_ratio] = defined(a_day);
""",
            """\
    record[revenge_ratio] = defined(per_day);
"""),
           (REVENGE, """\
    record[revenge_flag] = size >= kMuchMore && a_day >= kMuchMore &&
""",
            """\
    record[revenge_flag] = size > kMuchMore && per_day >= kMuchMore &&
"""),
           where="a user who holds a lot all the time, and closes one at a loss on two days, "
                 "two days apart: 5 of the 60 days are after losses. A lot of 150 is opened on "
                 "each of them, and one of 100 on each of 5 of the 55 others: size is 150 / 100 "
                 "= 1.5 exactly, per day (750 / 5) / (500 / 55) = 16.5: revenge_flag was true "
                 "and is false"),
)
