#include <almanac/calculation.h>

#include <vector>

#include "layers/portfolio/book.h"
#include "layers/profiling/disposition_effect.h"

using namespace almanac;

// Whether each user sells winners sooner than losers, over the last 60 days: on each day on which
// something is sold, the lots sold are realised gains and losses (rg, rl), those kept are paper
// gains and losses (pg, pl), at the close and against the lot's own opening price.
//
// Differences from Odean (1998): lots instead of average prices, the close instead of the day's
// high and low, no commissions.
struct Disposition : PerEntity {
  Books books{dataset("positions"), dataset("history").window(kWindow).optional(),
              calculation("price_extractor").window(kWindow + 1)};

  Key<int64_t> user = key("user_id");
  Out<double> rg = column("rg").sparse().constant();
  Out<double> pg = column("pg").sparse().constant();
  Out<double> rl = column("rl").sparse().constant();
  Out<double> pl = column("pl").sparse().constant();
  Out<double> pgr = column("pgr").sparse().constant();
  Out<double> plr = column("plr").sparse().constant();
  Out<double> disposition = column("disposition").sparse().constant();
  Out<double> disposition_t = column("disposition_t").sparse().constant();

  Disposition() { lines({"crowd"}); }

  void prepare(const Day& day) override { books.prepare(day); }

  void process(const Entity& entity, Output& out) const override {
    const Book book = books.of(entity);
    if (book.empty()) return;
    Profits realised, paper;
    std::vector<bool> sold(books.closes.days());
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
    const DispositionEffect effect(realised, paper);
    Record record = out.add();
    record[rg] = defined(realised.gains);
    record[pg] = defined(paper.gains);
    record[rl] = defined(realised.losses);
    record[pl] = defined(paper.losses);
    record[pgr] = defined(effect.pgr);
    record[plr] = defined(effect.plr);
    record[disposition] = defined(effect.difference);
    record[disposition_t] = defined(effect.t);
  }
};
ALMANAC_CALCULATION(Disposition, "psychometrics", "disposition")
