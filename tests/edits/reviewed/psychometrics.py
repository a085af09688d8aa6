"""Edits of psychometrics, as a review may bring them."""
from edit import alters, preserves

DISPOSITION = "calculations/psychometrics/disposition.cc"
SKEW = "calculations/psychometrics/disposition_skew.cc"
HOLDING = "calculations/psychometrics/holding.cc"
REVENGE = "calculations/psychometrics/revenge_trading.cc"
EFFECT = "layers/profiling/disposition_effect.h"
LOTS = "layers/schemas/lots.h"

DAYS_HELD = """    size_t day = calendar.size() - books.closes.days() + static_cast<size_t>(lot.closed), days = 0;
    for (; day > 0 && lot.open_date <= calendar[day - 1]; --day) ++days;
    return static_cast<double>(days + (lot.open_date < calendar[0] ? 1 : 0));
"""

EDITS = (
    alters(
        "disposition", "profits as whole numbers, last one known",
        (EFFECT, "#include <cmath>\n", "#include <cmath>\n#include <cstdint>\n"),
        (EFFECT,
         """  double gains = 0, losses = 0;

  void add(double profit) {
    gains += std::isnan(profit) ? kUndefined : profit > 0 ? 1 : 0;
    losses += std::isnan(profit) ? kUndefined : profit < 0 ? 1 : 0;
  }
""",
         """  int64_t n_gains = 0, n_losses = 0;
  bool known = true;

  void add(double profit) {
    known = !std::isnan(profit);
    n_gains += profit > 0;
    n_losses += profit < 0;
  }

  double gains() const { return known ? static_cast<double>(n_gains) : kUndefined; }
  double losses() const { return known ? static_cast<double>(n_losses) : kUndefined; }
"""),
        (EFFECT,
         """    const double gains = realised.gains + paper.gains, losses = realised.losses + paper.losses;
    pgr = ratio(realised.gains, gains);
    plr = ratio(realised.losses, losses);
""",
         """    const double gains = realised.gains() + paper.gains();
    const double losses = realised.losses() + paper.losses();
    pgr = ratio(realised.gains(), gains);
    plr = ratio(realised.losses(), losses);
"""),
        (DISPOSITION,
         """    record[rg] = defined(realised.gains);
    record[pg] = defined(paper.gains);
    record[rl] = defined(realised.losses);
    record[pl] = defined(paper.losses);
""",
         """    record[rg] = defined(realised.gains());
    record[pg] = defined(paper.gains());
    record[rl] = defined(realised.losses());
    record[pl] = defined(paper.losses());
"""),
        where="a user who closed two lots in the window, the first with a null close_price, a later "
              "one with net_profit 5: rg and rl null before, 1 and 0 after"),
    preserves(
        "disposition", "sale by sale, a day once",
        (DISPOSITION,
         """    std::vector<bool> sold(books.closes.days());
    for (const Lot& lot : book.lots()) {
      if (lot.is_open) continue;
      realised.add(lot.net_profit);
      sold[static_cast<size_t>(lot.closed)] = true;
    }
    for (auto day = book.begin(); day < static_cast<std::ptrdiff_t>(sold.size()); ++day) {
      if (!sold[static_cast<size_t>(day)]) continue;
      for (const Lot& lot : book.lots()) {
        if (!lot.held(day)) continue;
        paper.add(lot.sign * lot.units * (book.close(lot, day) - lot.open_price));
      }
    }
""",
         """    std::ptrdiff_t counted = -1;  // the last day that was; the book has sales in order
    for (const Lot& sale : book.lots()) {
      if (sale.is_open) continue;
      realised.add(sale.net_profit);
      const std::ptrdiff_t day = sale.closed;
      if (day == counted) continue;
      counted = day;
      for (const Lot& kept : book.lots()) {
        if (kept.held(day)) {
          const double rise = book.close(kept, day) - kept.open_price;
          paper.add(kept.sign * kept.units * rise);
        }
      }
    }
""")),
    alters(
        "disposition_skew", "days that no month has",
        (LOTS,
         """  if (!lot.has(lots.ticker) || !well_formed(lot[lots.ticker])) return "ticker is malformed";
""",
         """  // What is typed in by hand: 31 April, or 30 February.
  constexpr unsigned kLastDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const almanac::Date::Parts opened = lot[lots.open_date].parts();
  if (opened.day > kLastDays[opened.month - 1]) return "open_date does not exist";
  if (!lot.has(lots.ticker) || !well_formed(lot[lots.ticker])) return "ticker is malformed";
"""),
        where="2012-03-15, a user with three open lots with returns of 0.1, 0.2 and 0.4, the last "
              "one opened on 2012-02-29: skew_paper set before, null after, a lot rejected"),
    preserves(
        "disposition_skew", "returns by a member function",
        (SKEW,
         """    bool any = false;
    const auto skew_of = [&](const Lots& lots) {
      std::vector<double> returns;
      each_lot(lots, entity, [&](Date, Row lot) {
        any = true;
        const LotNumbers numbers = numbers_of(lots, lot);
        if (numbers.invested != 0) returns.push_back(numbers.net_profit / numbers.invested);
      });
      return skewness(returns);
    };
    const double realised = skew_of(closed), paper = skew_of(open);
    if (!any) return;
    Record record = out.add();
    record[skew_realised] = defined(realised);
    record[skew_paper] = defined(paper);
    record[disposition_skew] = defined(realised - paper);
  }
""",
         """    const Returns sold = returns_of(closed, entity);
    const Returns held = returns_of(open, entity);
    if (sold.lots + held.lots == 0) return;
    const double of_sold = skewness(sold.values), of_held = skewness(held.values);
    const double lean = of_sold - of_held;
    Record record = out.add();
    record[disposition_skew] = defined(lean);
    record[skew_paper] = defined(of_held);
    record[skew_realised] = defined(of_sold);
  }

 private:
  struct Returns {
    size_t lots = 0;  // accepted, also those without a return
    std::vector<double> values;
  };

  static Returns returns_of(const Lots& lots, const Entity& user) {
    Returns found;
    each_lot(lots, user, [&lots, &found](Date, Row lot) {
      found.lots++;
      const auto [invested, net_profit, value] = numbers_of(lots, lot);
      if (invested == 0) return;
      found.values.push_back(net_profit / invested);
    });
    return found;
  }
""")),
    alters(
        "holding", "days held by binary search",
        (HOLDING, DAYS_HELD,
         """    const size_t closed = calendar.size() - books.closes.days() + static_cast<size_t>(lot.closed);
    size_t low = 0, high = closed;  // the day of the purchase lies between
    while (low < high) {
      const size_t middle = low + (high - low) / 2;
      if (calendar[middle] < lot.open_date) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return static_cast<double>(closed - low);
"""),
        where="the calendar begins on 2010-01-04; the only sale of a user on 2010-01-06, of a lot "
              "of 2009-12-30: hold_median 3 before, 2 after, as the day before the calendar is not "
              "counted"),
    alters(
        "holding", "median in whole days",
        (HOLDING,
         """  void process(const Entity& entity, Output& out) const override {
    const Book book = books.of(entity);
    if (book.empty()) return;
    std::vector<double> all, winners, losers, leads;
""",
         """  // The median of whole numbers of days.
  static std::optional<double> middle(std::vector<int64_t> days) {
    if (days.empty()) return std::nullopt;
    std::ranges::sort(days);
    const int64_t below = days[(days.size() - 1) / 2], above = days[days.size() / 2];
    return below + (above - below) / 2;
  }

  void process(const Entity& entity, Output& out) const override {
    const Book book = books.of(entity);
    if (book.empty()) return;
    std::vector<int64_t> all;
    std::vector<double> winners, losers, leads;
"""),
        (HOLDING, "        all.push_back(days);\n",
         "        all.push_back(static_cast<int64_t>(days));\n"),
        (HOLDING, "    record[hold_median] = defined(median(all));\n",
         "    record[hold_median] = middle(all);\n"),
        where="a user who closed two lots, held for 2 and for 3 days: hold_median 2.5 before, 2 "
              "after"),
    preserves(
        "holding", "times in a struct, search for the purchase",
        (HOLDING,
         """    std::vector<double> all, winners, losers, leads;
    bool known = true;
    int64_t buys = 0;
    for (const Lot& lot : book.lots()) {
      if (!lot.is_open) {
        const double days = days_held(lot, entity.calendar());
        known &= !std::isnan(lot.net_profit);
        all.push_back(days);
        if (lot.net_profit > 0) winners.push_back(days);
        if (lot.net_profit < 0) losers.push_back(days);
      }
      if (lot.opened >= book.begin() && lot.sign > 0) {
        leads.push_back(lead(lot));
        ++buys;
      }
    }
    const double win = known ? mean(winners) : kUndefined;
    const double loss = known ? mean(losers) : kUndefined;
    Record record = out.add();
    record[hold_win] = defined(win);
    record[hold_loss] = defined(loss);
    record[hold_log_ratio] = defined(std::log(loss / win));
    record[hold_median] = defined(median(all));
    record[n_closed] = all.size();
    record[n_buys] = buys;
    record[buy_momentum] = defined(mean(finite(leads)));
  }
""",
         """    Times times;
    const Dates calendar = entity.calendar();
    for (const Lot& lot : book.lots()) {
      if (!lot.is_open) times.add(days_held(lot, calendar), lot.net_profit);
    }
    std::vector<double> leads;
    for (const Lot& lot : book.lots()) {
      if (lot.opened < book.begin() || !(lot.sign > 0)) continue;
      leads.push_back(lead(lot));
    }
    const double win = times.unknown == 0 ? mean(times.winners) : kUndefined;
    const double loss = times.unknown == 0 ? mean(times.losers) : kUndefined;
    Record record = out.add();
    record[n_buys] = leads.size();
    record[buy_momentum] = defined(mean(finite(leads)));
    record[n_closed] = times.all.size();
    record[hold_median] = defined(median(times.all));
    record[hold_log_ratio] = defined(std::log(loss / win));
    record[hold_loss] = defined(loss);
    record[hold_win] = defined(win);
  }

  struct Times {  // in days, of what was closed
    std::vector<double> all, winners, losers;
    size_t unknown = 0;  // neither won nor lost for all one knows

    void add(double days, double profit) {
      all.push_back(days);
      if (profit > 0) {
        winners.push_back(days);
      } else if (profit < 0) {
        losers.push_back(days);
      } else if (std::isnan(profit)) {
        ++unknown;
      }
    }
  };
"""),
        (HOLDING, DAYS_HELD,
         """    const size_t end = calendar.size() - books.closes.days() + static_cast<size_t>(lot.closed);
    size_t low = 0, high = end;
    while (low != high) {  // for the first day on or after the purchase
      const size_t middle = (low + high) / 2;
      const bool later = lot.open_date <= calendar[middle];
      (later ? high : low) = later ? middle : middle + 1;
    }
    const size_t days = end - low;
    return static_cast<double>(lot.open_date < calendar[0] ? days + 1 : days);
""")),
    alters(
        "revenge_trading", "days before without the minimum",
        (REVENGE,
         """    const size_t end = losses.size() - (books.closes.days() - day);
    for (size_t i = end - std::min<size_t>(end, kRecent); i < end; ++i) {
      if (losses[i]) return true;
    }
    return false;
""",
         """    const size_t behind = books.closes.days() - day;  // from the day on, to the date
    const size_t here = losses.size() - behind;       // the same day among the losses
    bool found = false;
    for (size_t i = here - kRecent; i < here && !found; ++i) found = losses[i];
    return found;
"""),
        where="2010-01-05, the second day of the calendar: a user closed a lot of 2009-12-30 at a "
              "loss on 2010-01-04 and holds one opened on 2010-01-04: post_loss_days 1 and "
              "other_days 0 before; after, 1 - 3 wraps, 0 and 1"),
    preserves(
        "revenge_trading", "one pass over the losses",
        (REVENGE,
         """    const std::vector<bool> losses = days_with_losses(entity);
    Side after, other;
""",
         """    const std::vector<bool> recent = days_after_losses(entity);
    Side after, other;
"""),
        (REVENGE,
         """      Side& side = is_recent(losses, static_cast<size_t>(day)) ? after : other;
      ++side.days;
      for (const Lot& lot : book.lots()) {
        if (lot.opened != day) continue;
        side.invested += lot.invested;
        ++side.lots;
      }
    }
""",
         """      // Both windows end with the date.
      const size_t from_end = books.closes.days() - static_cast<size_t>(day);
      Side& side = recent[recent.size() - from_end] ? after : other;
      side.days += 1;
      for (const Lot& lot : book.lots()) {
        if (lot.opened == day) {
          side.lots += 1;
          side.invested += lot.invested;
        }
      }
    }
"""),
        (REVENGE,
         """  // For each day of the window of closed lots. A loss that is not known is none.
  std::vector<bool> days_with_losses(const Entity& entity) const {
    std::vector<bool> losses;
    for (const WindowDay day : entity.window(books.history)) {
      losses.push_back(false);
      for (const Row lot : day.rows) {
        const bool counts = defect(books.closed, lot, day.date) == nullptr;
        if (counts && numbers_of(books.closed, lot).net_profit < 0) losses.back() = true;
      }
    }
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
""",
         """  // For each day of the window of closed lots, whether there was a loss on one of the days before
  // it that are recent. A loss that is not known is none.
  std::vector<bool> days_after_losses(const Entity& entity) const {
    std::vector<bool> after;
    uint32_t left = 0;  // days for which the latest loss is recent
    for (const WindowDay day : entity.window(books.history)) {
      after.push_back(left > 0);
      if (left > 0) --left;
      for (const Row lot : day.rows) {
        if (is_loss(lot, day.date)) left = kRecent;
      }
    }
    return after;
  }

  bool is_loss(Row lot, Date date) const {
    if (defect(books.closed, lot, date) != nullptr) return false;
    return numbers_of(books.closed, lot).net_profit < 0;
  }
""")),
)
