#include <almanac/calculation.h>

using namespace almanac;

// Stands apart from what goes wrong in the readings' values.
struct LimitCount : WholeDate {
  Table limits = dataset("limits");
  In<double> limit = limits["value"];

  Out<int64_t> rows = column("rows");

  void process(const Day& day, Output& out) const override {
    out.add()[rows] = static_cast<int64_t>(day.rows(limits).column(limit).size());
  }
};
ALMANAC_CALCULATION(LimitCount, "weather", "limit_count")
