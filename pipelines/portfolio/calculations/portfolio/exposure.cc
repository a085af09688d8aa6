#include <almanac/calculation.h>

#include <cmath>
#include <vector>

#include "layers/portfolio/book.h"

using namespace almanac;

// How concentrated each user's holdings are, and how often they were turned over in 60 days.
//
//   hhi      sum of squared shares of the tickers in what is held (Herfindahl, Hirschman), in
//            absolute values, as a short may be worth less than nothing
//   n_eff    1 / hhi: as many tickers held alike would be as concentrated
//   turnover (purchases + proceeds of sales) / 2 / mean value at the closes
//
// Turnover: B. M. Barber, T. Odean, Trading is hazardous to your wealth, Journal of Finance 55
// (2000), adapted to lots.
struct Exposure : PerEntity {
  Books books{dataset("positions"), dataset("history").window(kWindow).optional(),
              calculation("price_extractor").window(kWindow + 1)};

  Key<int64_t> user = key("user_id");
  Out<double> hhi = column("hhi").sparse().constant();
  Out<double> n_eff = column("n_eff").sparse().constant();
  Out<double> turnover = column("turnover").sparse().constant();

  Exposure() { lines({"crowd"}); }

  void prepare(const Day& day) override { books.prepare(day); }

  void process(const Entity& entity, Output& out) const override {
    const Book book = books.of(entity);
    if (book.empty()) return;
    const double concentration = concentration_of(book);
    Record record = out.add();
    record[hhi] = defined(concentration);
    record[n_eff] = defined(ratio(1, concentration));
    record[turnover] = defined(turnover_of(book));
  }

  double concentration_of(const Book& book) const {
    std::vector<Sum> held(books.closes.names().size());
    for (const Lot& lot : book.lots()) {
      if (lot.is_open) held[lot.ticker] += lot.value;
    }
    Sum all, squares;
    for (const double value : held) all += std::abs(value);
    for (const double value : held) squares += std::pow(ratio(std::abs(value), all), 2);
    return squares;
  }

  static double turnover_of(const Book& book) {
    Sum traded, values;
    for (const Lot& lot : book.lots()) {
      if (lot.opened >= book.begin()) traded += lot.invested;
      if (!lot.is_open) traded += lot.value;
    }
    for (auto day = book.begin(); day < book.end(); ++day) values += book.value(day);
    const double mean_value = values / static_cast<double>(book.end() - book.begin());
    return mean_value > 0 ? traded / 2 / mean_value : kUndefined;
  }
};
ALMANAC_CALCULATION(Exposure, "portfolio", "exposure")
