#include <almanac/calculation.h>

using namespace almanac;

// Repeats its input, whatever the day is about.
struct Calm : WholeDate {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<int64_t> part = key("part");
  Out<double> copy = column("copy");

  void process(const Day& day, Output& out) const override {
    for (const Row row : day.rows(readings)) {
      Record record = out.add();
      record[part] = 0;
      record[copy] = row[value];
    }
  }
};
ALMANAC_CALCULATION(Calm, "poison", "calm")
