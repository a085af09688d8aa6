#include <almanac/calculation.h>

using namespace almanac;

struct Trend : PerEntity {
  Table doubled = calculation("doubled").window(3);
  In<double> twice = doubled["twice"];
  Parameter<double> weight = parameter("weight", 1.0);

  Key<std::string_view> ticker = key("ticker");
  Out<double> sum = column("sum");

  void process(const Entity& entity, Output& out) const override {
    double total = 0;
    for (const WindowDay day : entity.window(doubled)) {
      for (const Row row : day.rows) total += weight * row[twice];
    }
    out.add()[sum] = total;
  }
};
ALMANAC_CALCULATION(Trend, "signals", "trend")
