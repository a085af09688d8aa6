// Book: a user's lots around a date, rebuilt from those open on it and those closed in the days up
// to it, and what they earned and were worth day by day.
//
// A lot that was opened on day o and closed on day c is held at the closes of o <= day < c, and
// earns on o < day <= c: opened and closed at the close. One that is opened while there is no
// trading counts from the next day of the calendar.
#pragma once

#include <almanac/calculation.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "layers/market/ticker_window.h"
#include "layers/mathematics/numbers.h"
#include "layers/schemas/lots.h"

// Days are those of a window of closes; the first one is the day before the days of interest.
struct Lot {
  size_t ticker;
  std::ptrdiff_t opened;  // 0 or less: before the days of interest
  std::ptrdiff_t closed;  // days() of the window where it is open
  double sign, units, open_price;
  double invested, net_profit, value;  // undefined where the price is not known
  almanac::Date open_date;
  bool is_open;

  bool held(std::ptrdiff_t day) const { return opened <= day && day < closed; }
};

class Book {
 public:
  // `open` and `closed` are tables of lots of the user; `closes` covers the days of interest and
  // the one before. Throws where the ticker of a lot has no close on the lot's own day.
  Book(const almanac::Context& user, const Lots& open, const Lots& closed,
       const TickerWindow& closes)
      : closes_(closes) {
    each_lot(open, user, [&](almanac::Date, almanac::Row lot) { add(open, lot, end(), true); });
    each_lot(closed, user, [&](almanac::Date date, almanac::Row lot) {
      const std::ptrdiff_t day = closes.day_of(date);
      if (day >= begin()) add(closed, lot, day, false);
    });
  }

  const std::vector<Lot>& lots() const { return lots_; }  // the open ones first
  bool empty() const { return lots_.empty(); }

  // The days of interest are those from begin(), the second one of the window or where the calendar
  // begins, to before end().
  std::ptrdiff_t begin() const {
    return static_cast<std::ptrdiff_t>(std::max<size_t>(1, closes_.first()));
  }
  std::ptrdiff_t end() const { return static_cast<std::ptrdiff_t>(closes_.days()); }

  // The close that a lot is worth on a day. On its own day it has a price, too.
  double close(const Lot& lot, std::ptrdiff_t day) const {
    const bool own = day == (lot.is_open ? lot.closed - 1 : lot.closed);
    return own && std::isnan(lot.value) ? kUndefined : closes_(lot.ticker, size_t(day));
  }
  double worth(const Lot& lot, std::ptrdiff_t day) const {
    return lot.units * (lot.open_price + lot.sign * (close(lot, day) - lot.open_price));
  }
  // On a day that it was held before.
  double earned(const Lot& lot, std::ptrdiff_t day) const {
    return lot.sign * lot.units * (close(lot, day) - closes_(lot.ticker, size_t(day - 1)));
  }

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
  void add(const Lots& lots, almanac::Row lot, std::ptrdiff_t closed, bool is_open) {
    const auto ticker = closes_.find(lot[lots.ticker]);
    const std::ptrdiff_t own = std::min(closed, end() - 1);
    if (!ticker || std::isnan(closes_(*ticker, size_t(own)))) {
      throw std::runtime_error(std::string(lot[lots.ticker]) + " has no close on " +
                               closes_.date(size_t(own)).str());
    }
    const LotNumbers numbers = numbers_of(lots, lot);
    lots_.push_back({*ticker, closes_.day_of(lot[lots.open_date]), closed, sign_of(lots, lot),
                     lot[lots.units], lot[lots.open_price], numbers.invested, numbers.net_profit,
                     numbers.value, lot[lots.open_date], is_open});
  }

  const TickerWindow& closes_;
  std::vector<Lot> lots_;
};

// What books are made of. Declared in a calculation as
//   Books books{dataset("positions"), dataset("history").window(60).optional(),
//               calculation("price_extractor").window(61)};
// with one day of prices more than there are days of interest.
struct Books {
  almanac::Table positions, history, extracted;
  Lots open{positions, "price"};
  Lots closed{history, "close_price"};
  Prices prices{extracted};
  TickerWindow closes = {};

  void prepare(const almanac::Context& day) {
    closes = {day, prices.table, prices.ticker, prices.close};
  }
  Book of(const almanac::Context& user) const { return {user, open, closed, closes}; }
};
