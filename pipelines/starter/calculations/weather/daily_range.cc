#include <almanac/calculation.h>

#include <algorithm>

using namespace almanac;

// The coldest and the warmest reading of each station's day.
struct DailyRange : PerEntity {
  Table readings = dataset("readings");
  In<double> celsius = readings["celsius"];

  Key<std::string_view> station = key("station");
  Out<double> coldest = column("coldest");
  Out<double> warmest = column("warmest");

  void process(const Entity& entity, Output& out) const override {
    const auto degrees = entity.rows(readings).column(celsius);
    double low = degrees[0], high = degrees[0];
    for (double degree : degrees) {
      low = std::min(low, degree);
      high = std::max(high, degree);
    }
    Record record = out.add();
    record[coldest] = low;
    record[warmest] = high;
  }
};
ALMANAC_CALCULATION(DailyRange, "weather", "daily_range")
