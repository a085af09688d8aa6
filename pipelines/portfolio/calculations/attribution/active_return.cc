#include <almanac/calculation.h>

#include "layers/mathematics/numbers.h"

using namespace almanac;

// By how much each user's daily return differs from that of all stocks alike, and the sums of the
// three effects over all sectors, which make up this difference.
struct ActiveReturn : PerEntity {
  Table daily = calculation("daily_return");
  In<double> daily_return = daily["daily_return"];
  Table sectors = calculation("sector_attribution");
  In<double> wb = sectors["wb"];
  In<double> rb = sectors["rb"];
  In<double> allocation = sectors["allocation"];
  In<double> selection = sectors["selection"];
  In<double> interaction = sectors["interaction"];

  Key<int64_t> user = key("user_id");
  Out<double> active_return = column("active_return").sparse().constant();
  Out<double> bf_allocation = column("bf_allocation").sparse().constant();
  Out<double> bf_selection = column("bf_selection").sparse().constant();
  Out<double> bf_interaction = column("bf_interaction").sparse().constant();

  ActiveReturn() { lines({"crowd"}); }

  void process(const Entity& entity, Output& out) const override {
    const Rows own = entity.rows(daily), effects = entity.rows(sectors);
    if (own.empty()) return;
    Record record = out.add();
    if (effects.empty()) return;
    Sum benchmark;
    for (const Row row : effects) benchmark += row[wb] * row[rb];
    const auto total = [&](In<double> effect) {
      Sum sum;
      for (const Row row : effects) sum += row[effect];
      return defined(sum);
    };
    record[active_return] = defined(own[0][daily_return] - benchmark);
    record[bf_allocation] = total(allocation);
    record[bf_selection] = total(selection);
    record[bf_interaction] = total(interaction);
  }
};
ALMANAC_CALCULATION(ActiveReturn, "attribution", "active_return")
