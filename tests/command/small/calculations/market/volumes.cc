#include <almanac/calculation.h>

using namespace almanac;

struct Volumes : WholeDate {
  Table prices = dataset("prices");
  In<int64_t> volume = prices["volume"];

  Key<int64_t> part = key("part");
  Out<int64_t> total = column("total");

  Volumes() { tags({"turnover"}); }

  void process(const Day& day, Output& out) const override {
    int64_t sum = 0;
    for (Row row : day.rows(prices)) sum += row[volume];
    Record record = out.add();
    record[part] = 0;
    record[total] = sum;
  }
};
ALMANAC_CALCULATION(Volumes, "market", "volumes")
