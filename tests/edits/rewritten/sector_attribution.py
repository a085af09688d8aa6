"""Edits of sector_attribution, written without a look at the others."""
from edit import alters, preserves

SECTORS = "calculations/attribution/sector_attribution.cc"
BRINSON = "layers/attribution/brinson.h"

EDITS = (
    preserves("sector_attribution", "sectors of the benchmark by spans", (BRINSON, """\
#include <cmath>
#include <string_view>
""", """\
#include <cmath>
#include <span>
#include <string_view>
"""), (BRINSON, """\
    std::vector<std::pair<std::string_view, double>> by_sector;
    std::vector<double> all;
    for (const auto& [ticker, ret] : returns) {
      const std::string_view sector = sector_name(ticker);
      if (sector.empty() || ticker == kMarketIndex || !std::isfinite(ret)) continue;
      by_sector.emplace_back(sector, ret);
      all.push_back(ret);
    }
    std::sort(by_sector.begin(), by_sector.end());
    for (size_t begin = 0, end; begin < by_sector.size(); begin = end) {
      std::vector<double> mine;
      for (end = begin; end < by_sector.size() && by_sector[end].first == by_sector[begin].first;) {
        mine.push_back(by_sector[end++].second);
      }
      sectors_.push_back({by_sector[begin].first,
                          static_cast<double>(mine.size()) / static_cast<double>(all.size()),
                          mean(mine)});
    }
    whole_ = mean(all);
  }
""", """\
    std::vector<Stock> stocks;
    std::vector<double> all;
    for (const auto& [ticker, ret] : returns) {
      if (ticker == kMarketIndex) continue;
      const std::string_view sector = sector_name(ticker);
      if (!sector.empty() && std::isfinite(ret)) {
        stocks.emplace_back(sector, ret);
        all.push_back(ret);
      }
    }
    whole_ = mean(all);
    std::sort(stocks.begin(), stocks.end());
    for (auto begin = stocks.cbegin(); begin != stocks.cend();) {
      const auto end = std::find_if(begin, stocks.cend(), [&](const Stock& stock) {
        return stock.first != begin->first;
      });
      sectors_.push_back(made_of(std::span<const Stock>(begin, end), stocks.size()));
      begin = end;
    }
  }
"""), (BRINSON, """\
    const auto found = std::find_if(sectors_.begin(), sectors_.end(),
                                    [&](const Sector& sector) { return sector.name == name; });
    return static_cast<size_t>(found - sectors_.begin());
  }

 private:
""", """\
    size_t position = 0;
    while (position < sectors_.size() && sectors_[position].name != name) ++position;
    return position;
  }

 private:
  using Stock = std::pair<std::string_view, double>;  // its sector, its return

  // The sector that has these stocks, of so many in the benchmark.
  static Sector made_of(std::span<const Stock> stocks, size_t of) {
    std::vector<double> returns;
    for (const Stock& stock : stocks) returns.push_back(stock.second);
    const double weight = static_cast<double>(stocks.size()) / static_cast<double>(of);
    return {stocks.front().first, weight, mean(returns)};
  }

"""), (BRINSON, """\
    return found != sector_of_.end() && found->first == ticker ? found->second : std::string_view();
""", """\
    if (found == sector_of_.end() || found->first != ticker) return {};
    return found->second;
""")),
    preserves("sector_attribution", "a struct for what is held of a sector", (SECTORS, """\
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
""", """\
  // What a user held of a sector the day before, and what it has earned since.
  struct Holding {
    Sum value, pnl;
  };

  void process(const Entity& entity, Output& out) const override {
    const Book book = books.of(entity);
    const double before = book.value(0);
    if (!(before > 0)) return;
    const std::vector<Holding> holdings = holdings_of(book);
    size_t next = 0;
    for (const SectorBenchmark::Sector& theirs : benchmark.sectors()) {
      put_out(theirs, holdings[next++], before, out);
    }
  }

  // By the sectors of the benchmark; the last is what is of no sector.
  std::vector<Holding> holdings_of(const Book& book) const {
    std::vector<Holding> holdings(1 + benchmark.sectors().size());
    for (const Lot& lot : book.lots()) {
      if (lot.held(0)) {
        Holding& mine = holdings[benchmark.find(books.closes.names()[lot.ticker])];
        mine.pnl += book.earned(lot, 1);
        mine.value += book.worth(lot, 0);
      }
    }
    return holdings;
  }

  void put_out(const SectorBenchmark::Sector& theirs, const Holding& mine, double whole_value,
               Output& out) const {
    const double value = mine.value;
    const double weight = value / whole_value;
    const double ret = ratio(mine.pnl, value);
    double compared = ret;
    if (value == 0) compared = theirs.ret;
    const Effects effects =
        effects_of(weight, compared, theirs.weight, theirs.ret, benchmark.whole());
    Record record = out.add();
    record[sector] = theirs.name;
    record[wb] = theirs.weight;
    record[rb] = theirs.ret;
    record[wp] = defined(weight);
    record[rp] = defined(ret);
    record[allocation] = defined(effects.allocation);
    record[selection] = defined(effects.selection);
    record[interaction] = defined(effects.interaction);
  }
""")),
    alters("sector_attribution", "what has no return has that of the benchmark",
           (SECTORS, "value[i] == 0 ? sectors[i].ret : ret,",
            "std::isfinite(ret) ? ret : sectors[i].ret,"),
           where="a user who has held lots since before the day before, of which one has a null as "
                 "price today (its ticker has closes): selection and interaction of its sector "
                 "are 0 instead of null"),
)
