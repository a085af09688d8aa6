#include <almanac/calculation.h>

#include <vector>

#include "layers/hours.h"
#include "layers/robust.h"

using namespace almanac;

// What each meter usually uses on such a day: median and spread over its complete days of the same
// kind (Monday to Friday, or the weekend) among the 28 days before.
struct UsualDay : PerEntity {
  static constexpr uint32_t kDaysBefore = 28;
  static constexpr size_t kFewest = 4;  // below, nothing is usual
  static constexpr int kSaturday = 5;

  Table uses = calculation("daily_use").window(kDaysBefore + 1);
  In<double> kwh = uses["kwh"];
  In<int64_t> hours = uses["hours"];

  Key<std::string_view> meter = key("meter");
  Out<int64_t> days = column("days").constant();       // that it is made of
  Out<double> median_kwh = column("median").sparse();  // null in the first weeks
  Out<double> mad_kwh = column("mad").sparse();

  UsualDay() { lines({"operations"}); }

  void process(const Entity& entity, Output& out) const override {
    const bool weekend = entity.date().weekday() >= kSaturday;
    std::vector<double> like_today;
    for (const WindowDay day : entity.window(uses)) {
      if (day.date == entity.date() || (day.date.weekday() >= kSaturday) != weekend) continue;
      for (const Row use : day.rows) {
        if (use[hours] == static_cast<int64_t>(kHours)) like_today.push_back(use[kwh]);
      }
    }
    Record record = out.add();
    record[days] = like_today.size();
    if (like_today.size() < kFewest) return;
    record[median_kwh] = median(like_today);
    record[mad_kwh] = median_absolute_deviation(like_today);
  }
};
ALMANAC_CALCULATION(UsualDay, "alerts", "usual_day")
