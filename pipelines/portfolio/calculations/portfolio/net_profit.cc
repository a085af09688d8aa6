#include <almanac/calculation.h>

#include "layers/mathematics/numbers.h"
#include "layers/schemas/lots.h"

using namespace almanac;

// What each user's open lots cost, have earned so far and are worth, and what the lots closed today
// have earned. A user without an open lot keeps a row for 60 days after closing the last one.
struct NetProfit : PerEntity {
  Lots open{dataset("positions"), "price"};
  Lots closed{dataset("history").window(kWindow).optional(), "close_price"};

  Key<int64_t> user = key("user_id");
  // Any of these can be the same for all users (nobody has earned anything on the day of the first
  // lots), and null for most of them (while a price is not known).
  Out<int64_t> n_open = column("n_open").constant();
  Out<double> invested = column("invested").sparse().constant();
  Out<double> net_profit = column("net_profit").sparse().constant();
  Out<double> value = column("value").sparse().constant();
  Out<double> percent = column("net_profit_pct").sparse().constant();
  Out<double> realised_pnl = column("realised_pnl").sparse().constant();

  NetProfit() { lines({"crowd"}); }

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
};
ALMANAC_CALCULATION(NetProfit, "portfolio", "net_profit")
