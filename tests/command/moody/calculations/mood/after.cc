#include <almanac/calculation.h>

using namespace almanac;

struct After : WholeDate {
  Table fragile = calculation("fragile");
  In<double> total = fragile["total"];

  Key<int64_t> part = key("part");
  Out<double> same = column("same");

  void process(const Day& day, Output& out) const override {
    for (const Row row : day.rows(fragile)) {
      Record record = out.add();
      record[part] = 0;
      record[same] = row[total];
    }
  }
};
ALMANAC_CALCULATION(After, "mood", "after")
