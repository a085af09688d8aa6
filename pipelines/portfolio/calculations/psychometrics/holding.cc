#include <almanac/calculation.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "layers/market/tickers.h"
#include "layers/mathematics/order.h"
#include "layers/portfolio/book.h"

using namespace almanac;

// How long each user holds, in days of the calendar, and what they buy, over the last 60 days.
//
//   hold_win, hold_loss mean time of winners and of losers that were closed
//   hold_log_ratio      ln(hold_loss / hold_win): above 0 where losers ride
//   hold_median         of all that were closed
//   n_buys              long purchases
//   buy_momentum        mean over them of the stock's return of the 60 days before, less the mean
//                       of all stocks then; purchases of what is younger do not count
struct Holding : PerEntity {
  Books books{dataset("positions"), dataset("history").window(kWindow).optional(),
              calculation("price_extractor").window(kWindow + 1)};
  In<double> ret_60d = books.extracted["ret_60d"];

  Key<int64_t> user = key("user_id");
  Out<double> hold_win = column("hold_win").sparse().constant();
  Out<double> hold_loss = column("hold_loss").sparse().constant();
  Out<double> hold_log_ratio = column("hold_log_ratio").sparse().constant();
  Out<double> hold_median = column("hold_median").sparse().constant();
  Out<double> n_closed = column("n_closed").constant();
  Out<int64_t> n_buys = column("n_buys").constant();
  Out<double> buy_momentum = column("buy_momentum").sparse().constant();

  Holding() {
    lines({"crowd"});
    calendar();
  }

  TickerWindow momentum;  // tickers and days are those of the closes: it is the same table
  std::vector<double> market_momentum;  // by day, the mean of all stocks
  void prepare(const Day& day) override {
    books.prepare(day);
    momentum = {day, books.extracted, books.prices.ticker, ret_60d};
    market_momentum.clear();
    for (size_t d = 0; d < momentum.days(); ++d) {
      std::vector<double> all;
      for (size_t t = 0; t < momentum.names().size(); ++t) {
        if (momentum.names()[t] != kMarketIndex) all.push_back(momentum(t, d));
      }
      market_momentum.push_back(mean(finite(all)));
    }
  }

  void process(const Entity& entity, Output& out) const override {
    const Book book = books.of(entity);
    if (book.empty()) return;
    std::vector<double> all, winners, losers, leads;
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

  // A lot that is opened while there is no trading is held from the next day of the calendar; the
  // calendar begins with the day after one that is older.
  double days_held(const Lot& lot, Dates calendar) const {
    size_t day = calendar.size() - books.closes.days() + static_cast<size_t>(lot.closed), days = 0;
    for (; day > 0 && lot.open_date <= calendar[day - 1]; --day) ++days;
    return static_cast<double>(days + (lot.open_date < calendar[0] ? 1 : 0));
  }
  // Of the stock over all stocks, on the day of the purchase.
  double lead(const Lot& lot) const {
    const auto day = static_cast<size_t>(lot.opened);
    return momentum(lot.ticker, day) - market_momentum[day];
  }
};
ALMANAC_CALCULATION(Holding, "psychometrics", "holding")
