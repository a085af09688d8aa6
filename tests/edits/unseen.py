"""Edits that change what few inputs give, and are still called the same where no certificate is
refused; those of price_layers, disposition and crowd_pnl_volatility only where no data are known.
Not part of the corpus: who mends what lets one pass moves it to narrow.py."""
from edit import alters

SECTORS = "calculations/attribution/sector_attribution.cc"
LAYERS = "calculations/signals/price_layers.cc"
CROWD = "calculations/crowd/crowd_pnl_volatility.cc"
DISPOSITION = "calculations/psychometrics/disposition.cc"

EDITS = (
    alters("sector_attribution", "a sector whose lots cancel out is held",
           (SECTORS, """\
#include <utility>
#include <vector>
""",
            """\
#include <cmath>
#include <utility>
#include <vector>
"""),
           (SECTORS, """\
    const double before = book.value(0);
    if (!(before > 0)) return;
""",
            """\
    const double worth_before = book.value(0);
    if (!(worth_before > 0)) return;
"""),
           (SECTORS, """\
    for (const Lot& lot : book.lots()) {
""",
            """\
    std::vector<Sum> gross(sectors.size() + 1);  // values without their signs
    for (const Lot& lot : book.lots()) {
"""),
           (SECTORS, """\
      value[mine] += book.worth(lot, 0);
""",
            """\
      const double worth = book.worth(lot, 0);
      value[mine] += worth;
      gross[mine] += std::abs(worth);
"""),
           (SECTORS, """\
      const double weight = value[i] / before, ret = ratio(pnl[i], value[i]);
""",
            """\
      const double weight = value[i] / worth_before, ret = ratio(pnl[i], value[i]);
"""),
           (SECTORS, """\
effects_of(weight, value[i] == 0 ? sectors[i].ret : ret,
""",
            """\
effects_of(weight, gross[i] == 0 ? sectors[i].ret : ret,
"""),
           where="in one sector a long lot of 1 unit, opened at 50, close 50 the day before and "
                 "55 now, and a short of 1 unit opened at 50, close 150 on both days (worth 50 "
                 "- 100 = -50); in another sector a lot worth 100: value is 0 and rp null as "
                 "before, but selection and interaction were 0 and are null"),
    alters("price_layers", "averages for the mask by the share of a day",
           (LAYERS, """\
    record[trend] = trend_mask(now, sma(20), sma(50), sma(200));
""",
            """\
    // All days have the same share.
    const auto average = [&](size_t n) {
      Sum sum;
      for (const double price : last(closes, n)) sum += price;
      return sum * (1.0 / static_cast<double>(n));
    };
    record[trend] = trend_mask(now, average(20), average(50), average(200));
"""),
           where="a ticker that stands at 1.63 on the last 200 days (one that is suspended): "
                 "sma20 was and is 1.6299999999999997, below the close, so trend_mask was 1; "
                 "the sum times 0.05 is 1.63, and it is 0 (1.91, 3.73, 6.46 and other prices as "
                 "well)"),
    alters("disposition", "paper profits as worth less cost",
           (DISPOSITION, """\
        paper.add(lot.sign * lot.units * (book.close(lot, day) - lot.open_price));
""",
            """\
        const double worth = lot.units * book.close(lot, day);
        paper.add(lot.sign * (worth - lot.units * lot.open_price));
"""),
           where="a lot of 3 units bought at 1.6, kept on a day of a sale with a close of "
                 "1.6000000000000003, the next number: a paper gain (pg 1); 3 * "
                 "1.6000000000000003 is 3 * 1.6, so it is none (pg 0)"),
    alters("crowd_pnl_volatility", "skewness without the thousandth at either end",
           (CROWD, """\
#include <cmath>
#include <vector>
""",
            """\
#include <cmath>
#include <span>
#include <vector>
"""),
           (CROWD, """\
    const std::vector<double> sorted = ascending(returns);
    const auto up = std::count_if(sorted.begin(), sorted.end(), [](double r) { return r > 0; });
""",
            """\
    const std::vector<double> ranked = ascending(returns);
    const auto up = std::count_if(ranked.begin(), ranked.end(), [](double r) { return r > 0; });
    // Without the thousandth at either end: one absurd return makes all of a fourth power.
    const size_t cut = ranked.size() / 1000;
    const auto middle = std::span(ranked).first(ranked.size() - cut).subspan(cut);
"""),
           (CROWD, """\
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
""",
            """\
    record[n] = ranked.size();
    record[crowd_return] = defined(crowd.back());
    record[mean_return] = defined(mean(ranked));
    record[std_return] = defined(sample_sd(ranked));
    record[mad] = defined(median_deviation(ranked));
    record[p5] = defined(quantile(ranked, 0.05));
    record[p25] = defined(quantile(ranked, 0.25));
    record[p50] = defined(quantile(ranked, 0.50));
    record[p75] = defined(quantile(ranked, 0.75));
    record[p95] = defined(quantile(ranked, 0.95));
    record[skew] = defined(skewness(middle));
    record[kurt_excess] = defined(excess_kurtosis(middle));
    record[share_up] = defined(ratio(static_cast<double>(up), static_cast<double>(ranked.size())));
"""),
           where="1,000 users with a daily_return, 999 of 0.01 * (i % 7) and one of 5: the "
                 "smallest and the largest no longer count for skew and kurt_excess"),
)
