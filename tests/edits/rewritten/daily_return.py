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
    record[daily_pnl] = defined(book.pnl(book.end() - 1));
    record[daily_return] = defined(all[all.size() - 1]);
  }
""", """\
    const Book lots = books.of(entity);  // also counts what is rejected
    for (const Row row : entity.rows(series)) return put_out(lots, row[returns], out);
  }

  void put_out(const Book& lots, const List<double>& of_each_day, Output& out) const {
    const size_t today = of_each_day.size() - 1;
    const double ret = of_each_day[today];
    const double earned = lots.pnl(lots.end() - 1);
    Record record = out.add();
    record[daily_return] = defined(ret);
    record[daily_pnl] = defined(earned);
  }
""")),
    preserves("daily_return", "one function adds up a book's days", (BOOK, """\
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
  double value(std::ptrdiff_t day) const {
    return sum_of_held(day, [&](const Lot& lot) { return worth(lot, day); });
  }

  // What all lots that were held the day before earned on a day of interest.
  double pnl(std::ptrdiff_t day) const {
    return sum_of_held(day - 1, [&](const Lot& lot) { return earned(lot, day); });
  }

 private:
  // Of what `number` says of each lot that is held at the close of the day.
  template <class Number>
  double sum_of_held(std::ptrdiff_t day, const Number& number) const {
    Sum sum;
    for (const Lot& lot : lots_) {
      if (!lot.held(day)) continue;
      sum += number(lot);
    }
    return sum;
  }

""")),
    alters("daily_return", "only an open lot has a price of its own",
           (BOOK, "const bool own = day == (lot.is_open ? lot.closed - 1 : lot.closed);",
            "const bool own = lot.is_open && day == lot.closed - 1;"),
           where="a user with one lot, a buy of 1 unit of a ticker with closes 10 and 12, opened the "
                 "week before and closed on the date with a null as close_price: daily_pnl is 2 "
                 "instead of null"),
)
