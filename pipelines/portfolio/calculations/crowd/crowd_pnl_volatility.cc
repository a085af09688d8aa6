#include <almanac/calculation.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "layers/mathematics/moments.h"
#include "layers/mathematics/order.h"
#include "layers/portfolio/book.h"

using namespace almanac;

// How all users together did, and how differently: the distribution of their daily returns, and the
// volatility of what the crowd as one portfolio earned over the last 20 days. A user whose P&L or
// value is not known on a day is not in that day's sums.
struct CrowdPnlVolatility : WholeDate {
  static constexpr uint32_t kDays = 20;

  Entities<int64_t> users = entities("user_id");
  Table daily = calculation("daily_return");
  In<double> daily_return = daily["daily_return"];
  Books books{dataset("positions"), dataset("history").window(kDays).optional(),
              calculation("price_extractor").window(kDays + 1)};

  Out<int64_t> n = column("n");
  Out<double> crowd_return = column("crowd_return").sparse();
  Out<double> mean_return = column("mean").sparse();
  Out<double> std_return = column("std").sparse();
  Out<double> mad = column("mad").sparse();  // median distance from the median
  Out<double> p5 = column("p5").sparse();
  Out<double> p25 = column("p25").sparse();
  Out<double> p50 = column("p50").sparse();
  Out<double> p75 = column("p75").sparse();
  Out<double> p95 = column("p95").sparse();
  Out<double> skew = column("skew").sparse();
  Out<double> kurt_excess = column("kurt_excess").sparse();
  Out<double> share_up = column("share_up").sparse();
  Out<double> pnl = column("pnl").sparse();
  Out<double> pnl_vol20 = column("pnl_vol20").sparse();

  CrowdPnlVolatility() {
    lines({"crowd"});
    tags({"whole_crowd"});
  }

  struct CrowdDay {
    Sum pnl, value_before;
  };

  void process(const Day& day, Output& out) const override {
    const Prices& prices = books.prices;
    const TickerWindow closes(day, prices.table, prices.ticker, prices.close);
    std::vector<double> returns;
    std::vector<CrowdDay> days(kDays);  // the last is the date
    for (const Entity user : day.each(users)) {
      const Rows row = user.rows(daily);
      if (row.empty()) {  // a price is missing, or nothing is accepted
        each_lot(books.open, user, [](Date, Row) {});
        each_lot(books.closed, user, [](Date, Row) {});
        continue;
      }
      if (std::isfinite(row[0][daily_return])) returns.push_back(row[0][daily_return]);
      const Book book(user, books.open, books.closed, closes);
      for (auto day = book.begin(); day < book.end(); ++day) {
        const double earned = book.pnl(day), before = book.value(day - 1);
        if (!std::isfinite(earned) || !std::isfinite(before)) continue;
        CrowdDay& all = days[static_cast<size_t>(day - 1)];  // the window begins a day earlier
        all.pnl += earned;
        all.value_before += before;
      }
    }
    std::vector<double> crowd;
    for (const CrowdDay& all : days) crowd.push_back(ratio(all.pnl, all.value_before));
    const std::vector<double> sorted = ascending(returns);
    const auto up = std::count_if(sorted.begin(), sorted.end(), [](double r) { return r > 0; });

    Record record = out.add();
    record[n] = sorted.size();
    record[crowd_return] = defined(crowd.back());
    record[mean_return] = defined(mean(sorted));
    record[std_return] = defined(sample_sd(sorted));
    record[mad] = defined(median_deviation(sorted));
    record[p5] = defined(quantile(sorted, 0.05));
    record[p25] = defined(quantile(sorted, 0.25));
    record[p50] = defined(quantile(sorted, 0.50));
    record[p75] = defined(quantile(sorted, 0.75));
    record[p95] = defined(quantile(sorted, 0.95));
    record[skew] = defined(skewness(sorted));
    record[kurt_excess] = defined(excess_kurtosis(sorted));
    record[share_up] = defined(ratio(static_cast<double>(up), static_cast<double>(sorted.size())));
    record[pnl] = defined(days.back().pnl);
    record[pnl_vol20] = defined(sample_sd(crowd) * std::sqrt(kDaysPerYear));
  }
};
ALMANAC_CALCULATION(CrowdPnlVolatility, "crowd", "crowd_pnl_volatility")
