#include <almanac/calculation.h>

#include <optional>
#include <vector>

#include "layers/portfolio/book.h"

using namespace almanac;

// Each user's daily returns over the last 60 days, oldest first: what all lots earned on the day by
// what they were worth the day before. Null for a day that began with nothing, or with debts.
struct ReturnSeries : PerEntity {
  Books books{dataset("positions"), dataset("history").window(kWindow).optional(),
              calculation("price_extractor").window(kWindow + 1)};

  Key<int64_t> user = key("user_id");
  Out<List<double>> returns = column("returns");

  ReturnSeries() { lines({"crowd"}); }

  void prepare(const Day& day) override { books.prepare(day); }

  void process(const Entity& entity, Output& out) const override {
    const Book book = books.of(entity);
    if (book.empty()) return;
    std::vector<std::optional<double>> series;
    for (auto day = book.begin(); day < book.end(); ++day) {
      const double before = book.value(day - 1);
      series.push_back(before > 0 ? defined(book.pnl(day) / before) : std::nullopt);
    }
    Record record = out.add();
    record[returns] = series;
  }
};
ALMANAC_CALCULATION(ReturnSeries, "portfolio", "return_series")
