#include <almanac/calculation.h>

#include "layers/energy_signature.h"
#include "layers/hours.h"

using namespace almanac;

// How each meter answers to the cold: what it uses on a mild day, and for each degree day more.
// Every meter seen so far keeps a row, which is its state; a day that is incomplete or whose
// weather is not known leaves it as it was.
struct HeatingSignature : PerEntity {
  Table uses = calculation("daily_use");
  In<double> kwh = uses["kwh"];
  In<int64_t> hours = uses["hours"];
  Table degrees = calculation("degree_days");
  In<std::string_view> weather_of = degrees["site"];
  In<double> hdd = degrees["hdd"];
  Table meters = dataset("meters");
  In<std::string_view> site = meters["site"];
  Table before = previous();
  In<int64_t> days_before = before["days"];
  In<double> w_before = before["w"], x_before = before["x"], y_before = before["y"],
             xx_before = before["xx"], xy_before = before["xy"];
  Parameter<double> half_life = parameter("half_life", 28.0);  // days

  Key<std::string_view> meter = key("meter");
  Out<double> base = column("base").sparse();    // kWh / d; none in the first two weeks
  Out<double> slope = column("slope").sparse();  // kWh / (K d)
  Out<int64_t> days = column("days").constant();
  // The sums of layers/energy_signature.h; x in K d, y in kWh.
  Out<double> w = column("w").constant(), x = column("x").constant(), y = column("y"),
              xx = column("xx").constant(), xy = column("xy").constant();

  HeatingSignature() { tags({"model"}); }

  void process(const Entity& entity, Output& out) const override {
    const Rows use = entity.rows(uses), state = entity.rows(before);
    if (use.empty() && state.empty()) return;
    EnergySignature line;
    if (!state.empty()) {
      const Row row = state[0];
      line = {row[days_before], row[w_before],  row[x_before],
              row[y_before],    row[xx_before], row[xy_before]};
    }
    const Rows known = entity.rows(meters);
    const bool complete = !use.empty() && use[0][hours] == static_cast<int64_t>(kHours);
    if (complete && !known.empty()) {
      for (const Row weather : entity.rows(degrees)) {
        if (weather[weather_of] != known[0][site]) continue;
        line.add(weather[hdd], use[0][kwh], half_life);
      }
    }
    Record record = out.add();
    record[base] = line.base();
    record[slope] = line.slope();
    record[days] = line.days;
    record[w] = line.w;
    record[x] = line.x;
    record[y] = line.y;
    record[xx] = line.xx;
    record[xy] = line.xy;
  }
};
ALMANAC_CALCULATION(HeatingSignature, "weather", "heating_signature")
