#include <almanac/calculation.h>

#include <cmath>

#include "layers/hours.h"
#include "layers/robust.h"

using namespace almanac;

// How far each meter's complete day is from the usual one, and whether somebody should look at it.
struct Deviation : PerEntity {
  Table uses = calculation("daily_use");
  In<double> kwh = uses["kwh"];
  In<int64_t> hours = uses["hours"];
  Table usual = calculation("usual_day");
  In<double> median_kwh = usual["median"];
  In<double> mad_kwh = usual["mad"];
  Parameter<double> limit = parameter("limit", 3.5);  // of the score, either way

  Key<std::string_view> meter = key("meter");
  Out<double> kwh_above = column("kwh_above").sparse();  // null while nothing is usual yet
  Out<double> score = column("score").sparse();          // and where the usual days are all alike
  Out<bool> alarm = column("alarm");

  Deviation() {
    lines({"operations"});
    tags({"alarm"});
  }

  void process(const Entity& entity, Output& out) const override {
    const Rows use = entity.rows(uses), before = entity.rows(usual);
    if (use.empty() || use[0][hours] != static_cast<int64_t>(kHours)) return;
    Record record = out.add();
    record[alarm] = false;
    if (before.empty() || !before[0].has(median_kwh)) return;
    const double middle = before[0][median_kwh];
    const auto z = modified_z_score(use[0][kwh], middle, before[0][mad_kwh]);
    record[kwh_above] = use[0][kwh] - middle;
    record[score] = z;
    record[alarm] = z && std::abs(*z) > limit;
  }
};
ALMANAC_CALCULATION(Deviation, "alerts", "deviation")
