"""Edits of disposition, written without a look at the others."""
from edit import alters, preserves

DISPOSITION = "calculations/psychometrics/disposition.cc"
EFFECT = "layers/profiling/disposition_effect.h"

EDITS = (
    preserves(
        "disposition", "lot by lot instead of day by day",
        (DISPOSITION, "#include <vector>\n", "#include <algorithm>\n#include <vector>\n"),
        (DISPOSITION, """\
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
""", """\
    const std::vector<bool> has_sale = days_with_sales(book);
    Profits realised, paper;
    for (const Lot& lot : book.lots()) {
      if (!lot.is_open) realised.add(lot.net_profit);
      add_paper(book, lot, has_sale, &paper);
    }
    const DispositionEffect effect(realised, paper);
"""),
        (DISPOSITION, """\
    record[disposition_t] = defined(effect.t);
  }
""", """\
    record[disposition_t] = defined(effect.t);
  }

  std::vector<bool> days_with_sales(const Book& book) const {
    std::vector<bool> sales(books.closes.days(), false);
    for (const Lot& lot : book.lots()) {
      if (!lot.is_open) sales[static_cast<size_t>(lot.closed)] = true;
    }
    return sales;
  }

  // What one lot could have earned on the days on which another, or nothing of it, was sold. These
  // are numbers of lots, so that the order in which they are added up does not matter.
  static void add_paper(const Book& book, const Lot& lot, const std::vector<bool>& has_sale,
                        Profits* paper) {
    const auto end = static_cast<std::ptrdiff_t>(has_sale.size());
    const std::ptrdiff_t until = std::min(lot.closed, end);
    for (std::ptrdiff_t day = std::max(lot.opened, book.begin()); day < until; ++day) {
      if (!has_sale[static_cast<size_t>(day)]) continue;
      const double gained = book.close(lot, day) - lot.open_price;
      paper->add(lot.sign * lot.units * gained);
    }
  }
""")),
    preserves(
        "disposition", "early ways in the count, the effect in an initialiser list",
        (EFFECT, """\
    gains += std::isnan(profit) ? kUndefined : profit > 0 ? 1 : 0;
    losses += std::isnan(profit) ? kUndefined : profit < 0 ? 1 : 0;
""", """\
    if (std::isnan(profit)) {
      gains = losses = kUndefined;
    } else if (profit > 0) {
      ++gains;
    } else if (profit < 0) {
      ++losses;
    }
"""),
        (EFFECT, """\
  DispositionEffect(const Profits& realised, const Profits& paper) {
    const double gains = realised.gains + paper.gains, losses = realised.losses + paper.losses;
    pgr = ratio(realised.gains, gains);
    plr = ratio(realised.losses, losses);
    difference = pgr - plr;
    t = ratio(difference, std::sqrt(pgr * (1 - pgr) / gains + plr * (1 - plr) / losses));
  }
""", """\
  DispositionEffect(const Profits& realised, const Profits& paper)
      : DispositionEffect(realised, realised.gains + paper.gains, realised.losses + paper.losses) {}

 private:
  DispositionEffect(const Profits& realised, double gains, double losses)
      : pgr(ratio(realised.gains, gains)),
        plr(ratio(realised.losses, losses)),
        difference(pgr - plr),
        t(ratio(difference, std::sqrt(variance(pgr, gains) + variance(plr, losses)))) {}

  // Of a share of n that are independent.
  static double variance(double share, double n) { return share * (1 - share) / n; }
""")),
    alters(
        "disposition", "what is bought on the day of a sale is not held yet",
        (DISPOSITION, "        if (!lot.held(day)) continue;\n",
         "        if (day <= lot.opened || day >= lot.closed) continue;\n"),
        where="on a Monday a user closes a lot with a profit, which was opened weeks before; an open "
              "long lot has the Saturday before as open_date (no trading), open_price 100 and units "
              "1, and its ticker's close on Monday is 110: pg was 1 and is 0"),
)
