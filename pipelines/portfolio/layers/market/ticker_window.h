// One number per ticker and day, over the last days of the calendar: for whatever follows a price
// from day to day.
#pragma once

#include <almanac/calculation.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "layers/market/tickers.h"
#include "layers/mathematics/numbers.h"

// Columns of price_extractor. Declared in a calculation as
//   Prices prices{calculation("price_extractor").window(61)};
struct Prices {
  almanac::Table table;
  almanac::In<std::string_view> ticker = table["ticker"];
  almanac::In<double> close = table["close"];
};

class TickerWindow {
 public:
  TickerWindow() = default;
  // Of the table's window. Names live as long as what `context` gives.
  TickerWindow(const almanac::Context& context, const almanac::Table& table,
               almanac::In<std::string_view> ticker, almanac::In<double> number)
      : days_(table.window()) {
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

  // Days are counted from the oldest, 0, to the date of the context, days() - 1. Those before
  // first() are before the calendar begins: nothing is defined there.
  size_t days() const { return days_; }
  size_t first() const { return first_; }
  almanac::Date date(size_t day) const { return dates_[day - first_]; }

  // The first day on or after the date; where it lies before the window, the day before first().
  std::ptrdiff_t day_of(almanac::Date date) const {
    const auto found = std::lower_bound(dates_.begin(), dates_.end(), date);
    const auto day = static_cast<std::ptrdiff_t>(first_) + (found - dates_.begin());
    return date < dates_.front() ? day - 1 : day;
  }

  // Ascending, of all days.
  const std::vector<std::string_view>& names() const { return names_; }
  // The position in names().
  std::optional<size_t> find(std::string_view name) const { return find_name(names_, name); }

  // Undefined where the ticker has no row, or a null.
  double operator()(size_t ticker, size_t day) const { return numbers_[ticker * days_ + day]; }

 private:
  size_t days_ = 0, first_ = 0;
  std::vector<almanac::Date> dates_;
  std::vector<std::string_view> names_;
  std::vector<double> numbers_;  // ticker by ticker
};
