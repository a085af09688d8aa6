#include <almanac/calculation.h>

using namespace almanac;

// What all users paid on a day.
struct Totals : WholeDate {
  Table fees = calculation("fees");
  In<double> fee = fees["fee"];

  Out<double> total = column("total");

  void process(const Day& day, Output& out) const override {
    double sum = 0;
    for (const Row row : day.rows(fees)) sum += row[fee];
    out.add()[total] = sum;
  }
};
ALMANAC_CALCULATION(Totals, "fees", "totals")
