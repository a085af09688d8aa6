#include <almanac/calculation.h>

using namespace almanac;

struct Total : WholeDate {
  Table echo = calculation("echo");
  In<double> value = echo["value"];

  Out<double> sum = column("sum").nullable().sparse();

  void process(const Day& day, Output& out) const override {
    double total = 0;
    for (const Row row : day.rows(echo)) total += row[value];
    out.add()[sum] = total;
  }
};
ALMANAC_CALCULATION(Total, "weather", "total")
