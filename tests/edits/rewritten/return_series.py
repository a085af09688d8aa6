"""Edits of return_series, written without a look at the others."""
from edit import alters, preserves

TICKER_WINDOW = "layers/market/ticker_window.h"
BOOK = "layers/portfolio/book.h"

EDITS = (
    preserves("return_series", "a window of prices from days that are kept", (TICKER_WINDOW, """\
    const almanac::Window window = context.window(table);
    first_ = days_ - window.size();
    const auto day_at = [&](size_t day) { return window[day - first_]; };
    for (size_t day = first_; day < days_; ++day) {
      dates_.push_back(day_at(day).date);
      for (const std::string_view name : day_at(day).rows.column(ticker)) names_.push_back(name);
    }
    std::sort(names_.begin(), names_.end());
    names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
    numbers_.assign(names_.size() * days_, kUndefined);
    for (size_t day = first_; day < days_; ++day) {
      for (const almanac::Row row : day_at(day).rows) {
        numbers_[*find(row[ticker]) * days_ + day] = row[number];
      }
    }
  }
""", """\
    std::vector<almanac::WindowDay> there;
    for (const almanac::WindowDay day : context.window(table)) {
      there.push_back(day);
      dates_.push_back(day.date);
      const auto names = day.rows.column(ticker);
      names_.insert(names_.end(), names.begin(), names.end());
    }
    first_ = days_ - there.size();
    std::sort(names_.begin(), names_.end());
    const auto repeated = std::unique(names_.begin(), names_.end());
    names_.erase(repeated, names_.end());
    numbers_ = std::vector<double>(names_.size() * days_, kUndefined);
    for (size_t i = 0; i < there.size(); ++i) fill(first_ + i, there[i].rows, ticker, number);
  }
"""), (TICKER_WINDOW, """\
    const auto found = std::lower_bound(dates_.begin(), dates_.end(), date);
    const auto day = static_cast<std::ptrdiff_t>(first_) + (found - dates_.begin());
    return date < dates_.front() ? day - 1 : day;
""", """\
    const auto first = static_cast<std::ptrdiff_t>(first_);
    if (date < dates_.front()) return first - 1;
    const auto before = std::partition_point(dates_.begin(), dates_.end(),
                                             [&](almanac::Date day) { return day < date; });
    return first + (before - dates_.begin());
"""), (TICKER_WINDOW, """\
 private:
  size_t days_ = 0, first_ = 0;
""", """\
 private:
  // The numbers of one day.
  void fill(size_t day, const almanac::Rows& rows, almanac::In<std::string_view> ticker,
            almanac::In<double> number) {
    for (const almanac::Row row : rows) {
      const size_t position = find(row[ticker]).value();
      numbers_[position * days_ + day] = row[number];
    }
  }

  size_t days_ = 0, first_ = 0;
""")),
    alters("return_series", "a buy is worth units at the close", (BOOK, """\
    return lot.units * (lot.open_price + lot.sign * (close(lot, day) - lot.open_price));
""", """\
    const double price = close(lot, day);
    if (lot.sign > 0) return lot.units * price;
    return lot.units * (lot.open_price - (price - lot.open_price));
"""), where="a user with one lot, a buy of 1 unit at an open_price of 3, of a stock that has fallen "
            "to a close of 0.1 the day before and of 0.2 today: 3 + (0.1 - 3) is not 0.1, so the "
            "last return is 1 instead of 0.9999999999999992"),
    alters("return_series", "the day of a date by one search", (TICKER_WINDOW, """\
    const auto found = std::lower_bound(dates_.begin(), dates_.end(), date);
    const auto day = static_cast<std::ptrdiff_t>(first_) + (found - dates_.begin());
    return date < dates_.front() ? day - 1 : day;
""", """\
    const auto after = std::upper_bound(dates_.begin(), dates_.end(), date);
    return static_cast<std::ptrdiff_t>(first_) + (after - dates_.begin()) - 1;
"""), where="the last two days of the calendar are a Friday and the date, a Monday, with closes 10 "
            "and 11 of a stock of which a user's one lot, a buy with an open_price of 10, was opened "
            "on the Saturday between: the last return is 0.1 instead of null"),
)
