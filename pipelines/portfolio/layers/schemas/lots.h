// Lots of positions and history, and which of their rows are accepted. A rejected row is left out
// and counted; the user's other lots count.
#pragma once

#include <almanac/calculation.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "layers/mathematics/numbers.h"

// The columns of a lot in a table of lots. Declared in a calculation as
//   Lots open{dataset("positions"), "price"};
struct Lots {
  almanac::Table table;
  std::string_view price_name;  // "price" in positions, "close_price" in history

  almanac::In<std::string_view> ticker = table["ticker"];
  almanac::In<double> units = table["units"];
  almanac::In<almanac::Date> open_date = table["open_date"];
  almanac::In<double> open_price = table["open_price"];
  almanac::In<double> price = table[price_name];         // the close of the row's date
  almanac::In<double> invested = table["invested"];      // units * open_price
  almanac::In<double> net_profit = table["net_profit"];  // of a short: falls as the price rises
  almanac::In<double> value = table["value"];            // invested + net_profit
  almanac::In<bool> is_buy = table["is_buy"];            // false: a short
};

// 1 to 16 of A-Z, 0-9, point and minus.
inline bool well_formed(std::string_view ticker) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  return !ticker.empty() && ticker.size() <= 16 && std::all_of(ticker.begin(), ticker.end(), fits);
}

// Why a row of the tables of `date` is rejected; null where it is accepted. A price that is null or
// NaN is accepted: what is summed from it is null.
inline const char* defect(const Lots& lots, almanac::Row lot, almanac::Date date) {
  constexpr double kMostUnits = 1e15;
  const double price = lot[lots.price], open_price = lot[lots.open_price], units = lot[lots.units];
  if (std::isinf(price) || price <= 0) return "price is not above 0";
  if (!std::isfinite(open_price) || open_price <= 0) return "open_price is not above 0";
  if (!(units >= 0 && units <= kMostUnits)) return "units are not between 0 and 1e15";
  if (!lot.has(lots.open_date) || lot[lots.open_date] > date) return "open_date is after the date";
  if (!lot.has(lots.ticker) || !well_formed(lot[lots.ticker])) return "ticker is malformed";
  return nullptr;
}

// What sums are made of: undefined, all three, where one of an accepted lot's numbers is not known.
struct LotNumbers {
  double invested, net_profit, value;
};
inline LotNumbers numbers_of(const Lots& lots, almanac::Row lot) {
  const LotNumbers numbers = {lot[lots.invested], lot[lots.net_profit], lot[lots.value]};
  const bool known = std::isfinite(lot[lots.price]) && std::isfinite(numbers.invested) &&
                     std::isfinite(numbers.net_profit) && std::isfinite(numbers.value);
  return known ? numbers : LotNumbers{kUndefined, kUndefined, kUndefined};
}

// +1 for a lot that gains as the price rises, -1 for a short.
inline double sign_of(const Lots& lots, almanac::Row lot) {
  return lot[lots.is_buy] ? 1 : -1;
}

// Calls use(date, row) for each accepted lot of each day of the window. Rejected lots of the date
// itself are counted; those of other days were, on their day.
template <class Use>
void each_lot(const Lots& lots, const almanac::Context& user, Use use) {
  for (const almanac::WindowDay day : user.window(lots.table)) {
    for (const almanac::Row lot : day.rows) {
      const char* reason = defect(lots, lot, day.date);
      if (reason == nullptr) {
        use(day.date, lot);
      } else if (day.date == user.date()) {
        user.reject(reason);
      }
    }
  }
}
