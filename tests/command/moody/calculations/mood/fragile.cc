#include <almanac/calculation.h>

#include <cstdlib>
#include <stdexcept>

using namespace almanac;

// Fails as a whole while the variable FRAGILE is set.
struct Fragile : WholeDate {
  Table moody = calculation("moody");
  In<double> swing = moody["swing"];

  Key<int64_t> part = key("part");
  Out<double> total = column("total");

  void process(const Day& day, Output& out) const override {
    if (std::getenv("FRAGILE")) throw std::runtime_error("something outside is broken");
    double sum = 0;
    for (const Row row : day.rows(moody)) sum += row[swing];
    Record record = out.add();
    record[part] = 0;
    record[total] = sum;
  }
};
ALMANAC_CALCULATION(Fragile, "mood", "fragile")
