"""Edits of net_profit, written without a look at the others."""
from edit import alters, preserves

NET_PROFIT = "calculations/portfolio/net_profit.cc"
LOTS = "layers/schemas/lots.h"

EDITS = (
    preserves("net_profit", "open lots and closed lots by functions of their own", (NET_PROFIT, """\
#include <almanac/calculation.h>

""", """\
#include <almanac/calculation.h>

#include <optional>

"""), (NET_PROFIT, """\
  void process(const Entity& entity, Output& out) const override {
    int64_t count = 0;
    Sum cost, earned, worth;  // undefined once a lot's numbers are
    each_lot(open, entity, [&](Date, Row lot) {
      const LotNumbers numbers = numbers_of(open, lot);
      cost += numbers.invested;
      earned += numbers.net_profit;
      worth += numbers.value;
      ++count;
    });

    bool any_closed = false;
    Sum realised;
    each_lot(closed, entity, [&](Date date, Row lot) {
      any_closed = true;
      if (date != entity.date()) return;
      realised += numbers_of(closed, lot).net_profit;
    });
    if (count == 0 && !any_closed) return;

    Record record = out.add();
    record[n_open] = count;
    record[invested] = defined(cost);
    record[net_profit] = defined(earned);
    record[value] = defined(worth);
    if (cost != 0) record[percent] = defined(100 * earned / cost);
    record[realised_pnl] = defined(realised);
  }
""", """\
  // What a user's open lots add up to; undefined once a lot's numbers are.
  struct Holdings {
    int64_t lots = 0;
    Sum cost, earned, worth;

    void add(const LotNumbers& lot) {
      ++lots;
      worth += lot.value;
      earned += lot.net_profit;
      cost += lot.invested;
    }
    double percent() const {
      const double paid = cost;
      return paid == 0 ? kUndefined : 100 * earned / paid;
    }
  };

  Holdings holdings_of(const Entity& entity) const {
    Holdings all;
    each_lot(open, entity, [&](Date, Row lot) { all.add(numbers_of(open, lot)); });
    return all;
  }

  // What the lots closed on the date have earned; null where none was closed in 60 days.
  std::optional<Sum> realised_by(const Entity& entity) const {
    std::optional<Sum> realised;
    each_lot(closed, entity, [&](Date date, Row lot) {
      if (!realised) realised.emplace();
      if (date == entity.date()) *realised += numbers_of(closed, lot).net_profit;
    });
    return realised;
  }

  void process(const Entity& entity, Output& out) const override {
    const Holdings holdings = holdings_of(entity);
    const std::optional<Sum> realised = realised_by(entity);
    if (holdings.lots > 0 || realised) put_out(holdings, realised.value_or(Sum()), out);
  }

  void put_out(const Holdings& holdings, double realised, Output& out) const {
    Record record = out.add();
    record[n_open] = holdings.lots;
    record[invested] = defined(holdings.cost);
    record[net_profit] = defined(holdings.earned);
    record[value] = defined(holdings.worth);
    record[percent] = defined(holdings.percent());
    record[realised_pnl] = defined(realised);
  }
""")),
    preserves("net_profit", "rules for lots one by one", (LOTS, """\
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  return !ticker.empty() && ticker.size() <= 16 && std::all_of(ticker.begin(), ticker.end(), fits);
""", """\
  if (ticker.empty() || ticker.size() > 16) return false;
  for (const char c : ticker) {
    if (c == '.' || c == '-') continue;
    const bool letter = 'A' <= c && c <= 'Z', digit = '0' <= c && c <= '9';
    if (!letter && !digit) return false;
  }
  return true;
"""), (LOTS, """\
  const double price = lot[lots.price], open_price = lot[lots.open_price], units = lot[lots.units];
  if (std::isinf(price) || price <= 0) return "price is not above 0";
  if (!std::isfinite(open_price) || open_price <= 0) return "open_price is not above 0";
  if (!(units >= 0 && units <= kMostUnits)) return "units are not between 0 and 1e15";
  if (!lot.has(lots.open_date) || lot[lots.open_date] > date) return "open_date is after the date";
  if (!lot.has(lots.ticker) || !well_formed(lot[lots.ticker])) return "ticker is malformed";
  return nullptr;
""", """\
  const auto is_price = [](double x) { return std::isfinite(x) && x > 0; };
  const double price = lot[lots.price];
  if (!std::isnan(price) && !is_price(price)) return "price is not above 0";
  if (!is_price(lot[lots.open_price])) return "open_price is not above 0";
  const double units = lot[lots.units];
  if (std::isnan(units) || units < 0 || units > kMostUnits) {
    return "units are not between 0 and 1e15";
  }
  const bool dated = lot.has(lots.open_date) && lot[lots.open_date] <= date;
  if (!dated) return "open_date is after the date";
  const bool named = lot.has(lots.ticker) && well_formed(lot[lots.ticker]);
  return named ? nullptr : "ticker is malformed";
"""), (LOTS, """\
  const LotNumbers numbers = {lot[lots.invested], lot[lots.net_profit], lot[lots.value]};
  const bool known = std::isfinite(lot[lots.price]) && std::isfinite(numbers.invested) &&
                     std::isfinite(numbers.net_profit) && std::isfinite(numbers.value);
  return known ? numbers : LotNumbers{kUndefined, kUndefined, kUndefined};
""", """\
  constexpr LotNumbers kUnknown = {kUndefined, kUndefined, kUndefined};
  if (!std::isfinite(lot[lots.price])) return kUnknown;
  for (const auto column : {lots.invested, lots.net_profit, lots.value}) {
    if (!std::isfinite(lot[column])) return kUnknown;
  }
  return {lot[lots.invested], lot[lots.net_profit], lot[lots.value]};
"""), (LOTS, """\
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
""", """\
  const almanac::Window window = user.window(lots.table);
  for (size_t i = 0; i < window.size(); ++i) {
    const almanac::WindowDay day = window[i];
    const bool today = day.date == user.date();
    for (const almanac::Row lot : day.rows) {
      if (const char* reason = defect(lots, lot, day.date)) {
        if (today) user.reject(reason);
        continue;
      }
      use(day.date, lot);
    }
  }
""")),
    alters("net_profit", "minus, point and digits as one range",
           (LOTS, "(c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-'",
            "(c >= 'A' && c <= 'Z') || (c >= '-' && c <= '9')"),
           where="a user with an open lot of AAPL and one of BRK/B, which was rejected: the slash "
                 "lies between the point and 0, so n_open is 2 instead of 1"),
)
