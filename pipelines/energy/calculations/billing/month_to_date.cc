#include <almanac/calculation.h>

using namespace almanac;

// What each meter has cost since the first of the month. A day without readings leaves it as it
// was; the first day of a month starts anew, so that what changes in one month does not reach the
// next.
struct MonthToDate : PerEntity {
  Table costs = calculation("daily_cost");
  In<double> cost = costs["eur"];
  Table before = previous();
  In<Date> month_before = before["month"];
  In<int64_t> days_before = before["days"];
  In<double> eur_before = before["eur"];

  Key<std::string_view> meter = key("meter");
  Out<Date> month = column("month");              // its first day
  Out<int64_t> days = column("days").constant();  // with a cost
  Out<double> eur = column("eur");

  MonthToDate() { lines({"billing"}); }

  void process(const Entity& entity, Output& out) const override {
    const Date first = entity.date() - static_cast<int>(entity.date().parts().day - 1);
    const Rows today = entity.rows(costs), state = entity.rows(before);
    const bool begun = !state.empty() && state[0][month_before] == first;
    if (!begun && today.empty()) return;
    Record record = out.add();
    record[month] = first;
    record[days] = (begun ? state[0][days_before] : 0) + (today.empty() ? 0 : 1);
    record[eur] = (begun ? state[0][eur_before] : 0) + (today.empty() ? 0 : today[0][cost]);
  }
};
ALMANAC_CALCULATION(MonthToDate, "billing", "month_to_date")
