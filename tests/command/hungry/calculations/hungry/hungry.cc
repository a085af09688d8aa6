#include <almanac/calculation.h>

#include <vector>

using namespace almanac;

// Takes a megabyte for each row.
struct Hungry : WholeDate {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<int64_t> part = key("part");
  Out<double> total = column("total");

  void process(const Day& day, Output& out) const override {
    std::vector<std::vector<char>> taken;
    double sum = 0;
    for (const Row row : day.rows(readings)) {
      taken.emplace_back(1'000'000, 'x');
      sum += row[value] + taken.back()[row[value] < 0 ? 1 : 0];
    }
    Record record = out.add();
    record[part] = 0;
    record[total] = sum;
  }
};
ALMANAC_CALCULATION(Hungry, "hungry", "hungry")
