"""Edits of daily_return, written without a look at the others."""
from edit import alters, preserves

DAILY = "calculations/portfolio/daily_return.cc"
BOOK = "layers/portfolio/book.h"

EDITS = (
    preserves("daily_return", "the record taken out", (DAILY, """\
    const Book book = books.of(entity);
    const Rows row = entity.rows(series);
    if (row.empty()) return;
    const auto all = row[0][returns];
    Record record = out.add();
    record[daily_pnl] = defined(book.days().back().pnl);
    record[daily_return] = defined(all[all.size() - 1]);
  }
""", """\
    const Book lots = books.of(entity);  // also counts what is rejected
    for (const Row row : entity.rows(series)) return put_out(lots, row[returns], out);
  }

  void put_out(const Book& lots, const List<double>& of_each_day, Output& out) const {
    const size_t today = of_each_day.size() - 1;
    const double ret = of_each_day[today];
    const std::vector<UserDay> days = lots.days();
    Record record = out.add();
    record[daily_return] = defined(ret);
    record[daily_pnl] = defined(days.back().pnl);
  }
"""), (DAILY, """\
#include <almanac/calculation.h>

""", """\
#include <almanac/calculation.h>

#include <vector>

""")),
    preserves("daily_return", "a book's days one after the other", (BOOK, """\
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

 private:
""", """\
    std::vector<UserDay> days;
    double before = value_at(begin() - 1);
    for (auto day = begin(); day < static_cast<std::ptrdiff_t>(closes_.days()); ++day) {
      const double now = value_at(day);
      days.push_back({earned_on(day), before, now});
      before = now;
    }
    return days;
  }

 private:
  // What all lots were worth at the close of a day.
  double value_at(std::ptrdiff_t day) const {
    Sum value;
    for (const Lot& lot : lots_) {
      if (lot.held(day)) value += worth(lot, day);
    }
    return value;
  }

  // What all lots that were held the day before earned on a day.
  double earned_on(std::ptrdiff_t day) const {
    Sum pnl;
    for (const Lot& lot : lots_) {
      if (lot.held(day - 1)) pnl += earned(lot, day);
    }
    return pnl;
  }

""")),
    alters("daily_return", "only an open lot has a price of its own",
           (BOOK, "const bool own = day == (lot.is_open ? lot.closed - 1 : lot.closed);",
            "const bool own = lot.is_open && day == lot.closed - 1;"),
           where="a user with one lot, a buy of 1 unit of a ticker with closes 10 and 12, opened the "
                 "week before and closed on the date with a null as close_price: daily_pnl is 2 "
                 "instead of null"),
)
