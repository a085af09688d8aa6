#include <almanac/calculation.h>

#include <stdexcept>

#include "layers/hours.h"

using namespace almanac;

// What each meter's energy of the day costs: hours of the night have a rate of their own. A meter
// that has no contract in meters.csv fails, and fails alone.
struct DailyCost : PerEntity {
  Readings readings{dataset("readings")};
  Table meters = dataset("meters");
  In<double> day_rate = meters["day_rate"];                         // EUR / kWh
  In<double> night_rate = meters["night_rate"];                     // EUR / kWh
  Parameter<int64_t> night_begins = parameter("night_begins", 22);  // the first hour at that rate
  Parameter<int64_t> night_ends = parameter("night_ends", 6);       // the first one that is not

  Key<std::string_view> meter = key("meter");
  Out<double> day_kwh = column("day_kwh");
  Out<double> night_kwh = column("night_kwh");
  Out<double> eur = column("eur");

  DailyCost() { lines({"billing"}); }

  void process(const Entity& entity, Output& out) const override {
    const HoursOfDay day(readings, entity);
    if (day.empty()) return;
    const Rows contract = entity.rows(meters);
    if (contract.empty()) throw std::runtime_error("the meter has no contract");
    double by_day = 0, by_night = 0;
    for (size_t hour = 0; hour < kHours; ++hour) {
      if (!day.has(hour)) continue;
      (is_night(static_cast<int64_t>(hour)) ? by_night : by_day) += day[hour];
    }
    Record record = out.add();
    record[day_kwh] = by_day;
    record[night_kwh] = by_night;
    record[eur] = by_day * contract[0][day_rate] + by_night * contract[0][night_rate];
  }

  // The night may go over midnight.
  bool is_night(int64_t hour) const {
    const bool begun = hour >= night_begins, ended = hour >= night_ends;
    return night_begins <= night_ends ? begun && !ended : begun || !ended;
  }
};
ALMANAC_CALCULATION(DailyCost, "billing", "daily_cost")
