#include <almanac/calculation.h>

using namespace almanac;

// How many of the last three days each station was warmer than a limit.
struct WarmSpell : PerEntity {
  Table ranges = calculation("daily_range").window(3);
  In<double> warmest = ranges["warmest"];
  Parameter<double> limit = parameter("limit", 10.0);

  Key<std::string_view> station = key("station");
  Out<int64_t> warm_days = column("warm_days");

  void process(const Entity& entity, Output& out) const override {
    int64_t days = 0;
    for (const WindowDay day : entity.window(ranges)) {
      for (const Row row : day.rows) days += row[warmest] > limit;
    }
    out.add()[warm_days] = days;
  }
};
ALMANAC_CALCULATION(WarmSpell, "weather", "warm_spell")
