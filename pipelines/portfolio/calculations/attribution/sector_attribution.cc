#include <almanac/calculation.h>

#include <utility>
#include <vector>

#include "layers/attribution/brinson.h"
#include "layers/portfolio/book.h"

using namespace almanac;

// By which sectors each user's daily return differs from that of all stocks alike. Weights are
// those at the close of the day before; shorts count in the sector of their stock. Only users who
// were worth something then have rows, one for each sector of the benchmark.
struct SectorAttribution : PerEntity {
  Books books{dataset("positions"), dataset("history").optional(),
              calculation("price_extractor").window(2)};
  In<double> ret_1d = books.extracted["ret_1d"];
  Table classification = dataset("sectors");
  In<std::string_view> classified = classification["ticker"];
  In<std::string_view> sector_name = classification["sector"];

  Key<int64_t> user = key("user_id");
  Key<std::string_view> sector = key("sector");
  Out<double> wp = column("wp").sparse().constant();
  Out<double> rp = column("rp").sparse().constant();
  Out<double> wb = column("wb").constant();
  Out<double> rb = column("rb").constant();
  Out<double> allocation = column("allocation").sparse().constant();
  Out<double> selection = column("selection").sparse().constant();
  Out<double> interaction = column("interaction").sparse().constant();

  SectorAttribution() { lines({"crowd"}); }

  SectorBenchmark benchmark;
  void prepare(const Day& day) override {
    books.prepare(day);
    std::vector<std::pair<std::string_view, std::string_view>> sectors;
    for (const Row row : day.rows(classification)) {
      sectors.emplace_back(row[classified], row[sector_name]);
    }
    std::vector<std::pair<std::string_view, double>> returns;
    for (const Row row : day.rows(books.extracted)) {
      returns.emplace_back(row[books.prices.ticker], row[ret_1d]);
    }
    benchmark = {std::move(sectors), returns};
  }

  void process(const Entity& entity, Output& out) const override {
    const Book book = books.of(entity);
    const double before = book.value(0);
    if (!(before > 0)) return;
    const auto& sectors = benchmark.sectors();
    std::vector<Sum> value(sectors.size() + 1), pnl(sectors.size() + 1);  // the last: of no sector
    for (const Lot& lot : book.lots()) {
      if (!lot.held(0)) continue;
      const size_t mine = benchmark.find(books.closes.names()[lot.ticker]);
      value[mine] += book.worth(lot, 0);
      pnl[mine] += book.earned(lot, 1);
    }
    for (size_t i = 0; i < sectors.size(); ++i) {
      const double weight = value[i] / before, ret = ratio(pnl[i], value[i]);
      const Effects effects = effects_of(weight, value[i] == 0 ? sectors[i].ret : ret,
                                         sectors[i].weight, sectors[i].ret, benchmark.whole());
      Record record = out.add();
      record[sector] = sectors[i].name;
      record[wp] = defined(weight);
      record[rp] = defined(ret);
      record[wb] = sectors[i].weight;
      record[rb] = sectors[i].ret;
      record[allocation] = defined(effects.allocation);
      record[selection] = defined(effects.selection);
      record[interaction] = defined(effects.interaction);
    }
  }
};
ALMANAC_CALCULATION(SectorAttribution, "attribution", "sector_attribution")
