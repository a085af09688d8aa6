#include <almanac/calculation.h>

#include "layers/hours.h"

using namespace almanac;

// What each meter counted on the day, its peak, and how evenly it was used.
//
//   load factor = mean power / peak power, from 0 to 1; T. Gönen, Electric Power Distribution
//   System Engineering (1986), chapter 2
struct DailyUse : PerEntity {
  Readings readings{dataset("readings")};

  Key<std::string_view> meter = key("meter");
  Out<int64_t> hours = column("hours").constant();           // with an accepted reading; mostly 24
  Out<double> kwh = column("kwh");                           // in these hours
  Out<double> peak_kw = column("peak_kw");                   // of an hour
  Out<double> load_factor = column("load_factor").sparse();  // null where nothing was used

  DailyUse() { lines({"operations", "billing"}); }

  void process(const Entity& entity, Output& out) const override {
    const HoursOfDay day(readings, entity);
    if (day.empty()) return;
    Record record = out.add();
    record[hours] = day.size();
    record[kwh] = day.total();
    record[peak_kw] = day.peak();
    if (day.peak() == 0) return;
    record[load_factor] = day.total() / static_cast<double>(day.size()) / day.peak();
  }
};
ALMANAC_CALCULATION(DailyUse, "meters", "daily_use")
