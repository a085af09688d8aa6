#include <almanac/calculation.h>

#include "layers/portfolio/book.h"

using namespace almanac;

// What each user earned on the date, and by what they were worth the day before.
struct DailyReturn : PerEntity {
  Table series = calculation("return_series");
  In<List<double>> returns = series["returns"];
  Books books{dataset("positions"), dataset("history").optional(),
              calculation("price_extractor").window(2)};

  Key<int64_t> user = key("user_id");
  Out<double> daily_pnl = column("daily_pnl").sparse().constant();
  Out<double> daily_return = column("daily_return").sparse().constant();

  DailyReturn() { lines({"crowd"}); }

  void prepare(const Day& day) override { books.prepare(day); }

  void process(const Entity& entity, Output& out) const override {
    const Book book = books.of(entity);
    const Rows row = entity.rows(series);
    if (row.empty()) return;
    const auto all = row[0][returns];
    Record record = out.add();
    record[daily_pnl] = defined(book.pnl(book.end() - 1));
    record[daily_return] = defined(all[all.size() - 1]);
  }
};
ALMANAC_CALCULATION(DailyReturn, "portfolio", "daily_return")
