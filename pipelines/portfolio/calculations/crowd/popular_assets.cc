#include <almanac/calculation.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "layers/lots.h"
#include "layers/numbers.h"
#include "layers/tickers.h"

using namespace almanac;

// How the crowd holds each stock: who and how much, for or against it, and what moved today.
struct PopularAssets : WholeDate {
  static constexpr uint32_t kBack = 5;  // days of holders_chg_5d
  static constexpr Date kBeforeAllDays{std::numeric_limits<int32_t>::min()};

  Table extracted = calculation("price_extractor");
  In<std::string_view> symbol = extracted["ticker"];
  Lots open{dataset("positions"), "price"};
  In<int64_t> open_user = open.table["user_id"];
  In<bool> open_is_buy = open.table["is_buy"];
  Lots closed{dataset("history").window(kBack + 1).optional(), "close_price"};
  In<int64_t> closed_user = closed.table["user_id"];
  In<bool> closed_is_buy = closed.table["is_buy"];

  Key<std::string_view> ticker = key("ticker");
  // A small crowd may hold all stocks alike, or none, or at prices that are not known.
  Out<int64_t> holders = column("holders").constant();
  Out<int64_t> holders_chg_5d = column("holders_chg_5d").sparse().constant();
  Out<int64_t> lots = column("lots").constant();
  Out<double> long_value = column("long_value").sparse().constant();
  Out<double> short_value = column("short_value").sparse().constant();
  Out<double> sentiment = column("sentiment").sparse().constant();
  Out<double> smart_sentiment = column("smart_sentiment").sparse();  // until there is a score
  Out<double> net_flow = column("net_flow").sparse().constant();
  Out<int64_t> popularity_rank = column("popularity_rank").constant();

  PopularAssets() { lines({"crowd"}); }

  struct Crowd {                               // of one stock
    std::vector<int64_t> users, users_before;  // now and 5 days back, a user perhaps several times
    int64_t lots = 0;
    double longs = 0, shorts = 0, flow = 0;  // undefined once a lot's numbers are
  };

  void process(const Day& day, Output& out) const override {
    const Tickers tickers(day.rows(extracted), symbol);
    std::vector<Crowd> crowds(tickers.names().size());
    const Window history = day.window(closed.table);
    const bool has_before = history.size() == kBack + 1;  // the calendar may start later
    const Date before = has_before ? history[0].date : kBeforeAllDays;

    for (const Row lot : day.rows(open.table)) {
      const auto stock = stock_of(open, lot, day.date(), tickers, day);
      if (!stock) continue;
      Crowd& crowd = crowds[*stock];
      const double sign = lot[open_is_buy] ? 1 : -1;
      const bool known = priced(open, lot);
      add(crowd.users, lot[open_user]);
      if (lot[open.open_date] <= before) add(crowd.users_before, lot[open_user]);
      (sign > 0 ? crowd.longs : crowd.shorts) += known ? lot[open.value] : kUndefined;
      if (lot[open.open_date] == day.date()) {
        crowd.flow += known ? sign * lot[open.invested] : kUndefined;
      }
      ++crowd.lots;
    }
    for (const WindowDay closing : history) {
      if (closing.date <= before) continue;
      for (const Row lot : closing.rows) {
        const auto stock = stock_of(closed, lot, closing.date, tickers, day);
        if (!stock) continue;
        Crowd& crowd = crowds[*stock];
        if (lot[closed.open_date] <= before) add(crowd.users_before, lot[closed_user]);
        if (closing.date != day.date()) continue;
        const double sign = lot[closed_is_buy] ? 1 : -1;
        const bool opened_today = lot[closed.open_date] == day.date();
        const double opened = opened_today ? lot[closed.invested] : 0;
        crowd.flow += priced(closed, lot) ? sign * (opened - lot[closed.value]) : kUndefined;
      }
    }
    put_out(tickers, crowds, has_before, out);
  }

  // The stock of an accepted lot. Rejected lots of the day itself are counted.
  static std::optional<size_t> stock_of(const Lots& lots, Row lot, Date date,
                                        const Tickers& tickers, const Day& day) {
    const char* reason = defect(lots, lot, date);
    const auto stock = reason == nullptr ? tickers.find(lot[lots.ticker]) : std::nullopt;
    if (reason == nullptr && !stock) reason = "no close";
    if (reason != nullptr && date == day.date()) day.reject(reason);
    return stock;
  }

  // Lots of one user mostly follow each other.
  static void add(std::vector<int64_t>& users, int64_t user) {
    if (users.empty() || users.back() != user) users.push_back(user);
  }

  static int64_t distinct(std::vector<int64_t>& users) {
    std::sort(users.begin(), users.end());
    return std::unique(users.begin(), users.end()) - users.begin();
  }

  void put_out(const Tickers& tickers, std::vector<Crowd>& crowds, bool has_before,
               Output& out) const {
    std::vector<int64_t> counts;  // of holders, by stock
    for (Crowd& crowd : crowds) counts.push_back(distinct(crowd.users));
    for (size_t i = 0; i < crowds.size(); ++i) {
      Crowd& crowd = crowds[i];
      const double total = crowd.longs + crowd.shorts;
      Record record = out.add();
      record[ticker] = tickers.names()[i];
      record[holders] = counts[i];
      if (has_before) record[holders_chg_5d] = counts[i] - distinct(crowd.users_before);
      record[lots] = crowd.lots;
      record[long_value] = defined(crowd.longs);
      record[short_value] = defined(crowd.shorts);
      if (total != 0) record[sentiment] = defined((crowd.longs - crowd.shorts) / total);
      record[net_flow] = defined(crowd.flow);
      record[popularity_rank] =
          1 + std::count_if(counts.begin(), counts.end(), [&](int64_t n) { return n > counts[i]; });
    }
  }
};
ALMANAC_CALCULATION(PopularAssets, "crowd", "popular_assets")
