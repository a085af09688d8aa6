#include <almanac/calculation.h>

#include <cmath>

#include "layers/rates.h"

using namespace almanac;

// What users pay for the trades of a day.
struct Fees : PerEntity {
  Table trades = dataset("trades");
  In<double> amount = trades["amount"];
  In<int64_t> tier = trades["tier"];

  Key<std::string_view> user = key("user");
  Out<double> fee = column("fee");
  Out<int64_t> refused = column("refused");

  void process(const Entity& entity, Output& out) const override {
    double sum = 0, worth = 0;
    int64_t count = 0, bad = 0;
    for (const Row row : entity.rows(trades)) {
      const double value = row[amount];
      if (!std::isfinite(value) || value <= 0) {
        bad += 1;
        continue;
      }
      count += 1;
      worth += value;
      sum += fee_of(value, row[tier]);
    }
    if (count >= 3 && worth / static_cast<double>(count) > 1000) sum = sum / 2;
    Record record = out.add();
    record[fee] = sum;
    record[refused] = bad;
  }
};
ALMANAC_CALCULATION(Fees, "fees", "fees")
