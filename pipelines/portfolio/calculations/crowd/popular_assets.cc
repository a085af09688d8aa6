#include <almanac/calculation.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "layers/market/tickers.h"
#include "layers/mathematics/numbers.h"
#include "layers/schemas/lots.h"

using namespace almanac;

// How the crowd holds each stock: who and how much, for or against it, and what moved today.
struct PopularAssets : WholeDate {
  static constexpr uint32_t kBack = 5;  // days of holders_chg_5d
  static constexpr Date kBeforeAllDays{std::numeric_limits<int32_t>::min()};

  Table extracted = calculation("price_extractor");
  In<std::string_view> symbol = extracted["ticker"];
  Entities<int64_t> users = entities("user_id");
  Lots open{dataset("positions"), "price"};
  Lots closed{dataset("history").window(kBack + 1).optional(), "close_price"};
  Table score = calculation("smart_money_score");
  In<double> smart_score = score["smart_score"];

  Key<std::string_view> ticker = key("ticker");
  // A small crowd may hold all stocks alike, or none, or at prices that are not known.
  Out<int64_t> holders = column("holders").constant();
  Out<int64_t> holders_chg_5d = column("holders_chg_5d").sparse().constant();
  Out<int64_t> lots = column("lots").constant();
  Out<double> long_value = column("long_value").sparse().constant();
  Out<double> short_value = column("short_value").sparse().constant();
  Out<double> sentiment = column("sentiment").sparse().constant();
  Out<double> smart_sentiment = column("smart_sentiment").sparse().constant();
  Out<double> net_flow = column("net_flow").sparse().constant();
  Out<int64_t> popularity_rank = column("popularity_rank").constant();

  PopularAssets() {
    lines({"crowd"});
    tags({"whole_crowd"});
  }

  // Users of one kind. Lots of one user follow each other, so the last one is all to remember.
  struct Count {
    int64_t users = 0;
    int64_t last = 0;
    void add(int64_t user) { users += std::exchange(last, user) != user; }
  };
  struct Crowd {        // of one stock
    Count now, before;  // who holds it, now and 5 days back
    int64_t lots = 0;
    Sum longs, shorts, flow;  // undefined once a lot's numbers are
    Sum smart, scored;        // values by score, with and without their sign
  };

  void process(const Day& day, Output& out) const override {
    const Tickers tickers(day.rows(extracted), symbol);
    std::vector<Crowd> crowds(tickers.names().size());
    bool has_before = false;
    int64_t number = 0;  // of the user, from 1
    for (const Entity user : day.each(users)) {
      const Window history = user.window(closed.table);
      has_before = history.size() == kBack + 1;  // the calendar may start later
      add(user, ++number, has_before ? history[0].date : kBeforeAllDays, tickers, crowds);
    }
    put_out(tickers, crowds, has_before, out);
  }

  void add(const Entity& user, int64_t number, Date before, const Tickers& tickers,
           std::vector<Crowd>& crowds) const {
    const Rows scores = user.rows(score);
    const double skill = scores.empty() ? kUndefined : scores[0][smart_score];
    for (const Row lot : user.rows(open.table)) {
      const auto stock = stock_of(open, lot, user.date(), tickers, user);
      if (!stock) continue;
      Crowd& crowd = crowds[*stock];
      const double sign = sign_of(open, lot);
      const LotNumbers numbers = numbers_of(open, lot);
      crowd.now.add(number);
      if (lot[open.open_date] <= before) crowd.before.add(number);
      (sign > 0 ? crowd.longs : crowd.shorts) += numbers.value;
      if (std::isfinite(skill)) {
        crowd.smart += skill * sign * numbers.value;
        crowd.scored += skill * numbers.value;
      }
      if (lot[open.open_date] == user.date()) {
        crowd.flow += sign * numbers.invested;
      }
      ++crowd.lots;
    }
    for (const WindowDay closing : user.window(closed.table)) {
      if (closing.date <= before) continue;
      for (const Row lot : closing.rows) {
        const auto stock = stock_of(closed, lot, closing.date, tickers, user);
        if (!stock) continue;
        Crowd& crowd = crowds[*stock];
        if (lot[closed.open_date] <= before) crowd.before.add(number);
        if (closing.date != user.date()) continue;
        const double sign = sign_of(closed, lot);
        const LotNumbers numbers = numbers_of(closed, lot);
        const bool opened_today = lot[closed.open_date] == user.date();
        crowd.flow += sign * ((opened_today ? numbers.invested : 0) - numbers.value);
      }
    }
  }

  // The stock of an accepted lot. Rejected lots of the day itself are counted.
  static std::optional<size_t> stock_of(const Lots& lots, Row lot, Date date,
                                        const Tickers& tickers, const Entity& user) {
    const char* reason = defect(lots, lot, date);
    const auto stock = reason == nullptr ? tickers.find(lot[lots.ticker]) : std::nullopt;
    if (reason == nullptr && !stock) reason = "no close";
    if (reason != nullptr && date == user.date()) user.reject(reason);
    return stock;
  }

  void put_out(const Tickers& tickers, const std::vector<Crowd>& crowds, bool has_before,
               Output& out) const {
    for (size_t i = 0; i < crowds.size(); ++i) {
      const Crowd& crowd = crowds[i];
      const double total = crowd.longs + crowd.shorts;
      Record record = out.add();
      record[ticker] = tickers.names()[i];
      record[holders] = crowd.now.users;
      if (has_before) record[holders_chg_5d] = crowd.now.users - crowd.before.users;
      record[lots] = crowd.lots;
      record[long_value] = defined(crowd.longs);
      record[short_value] = defined(crowd.shorts);
      if (total != 0) record[sentiment] = defined((crowd.longs - crowd.shorts) / total);
      record[smart_sentiment] = defined(ratio(crowd.smart, crowd.scored));
      record[net_flow] = defined(crowd.flow);
      record[popularity_rank] = 1 + std::count_if(crowds.begin(), crowds.end(), [&](const auto& c) {
                                  return c.now.users > crowd.now.users;
                                });
    }
  }
};
ALMANAC_CALCULATION(PopularAssets, "crowd", "popular_assets")
