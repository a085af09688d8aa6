"""Edits of active_return, written without a look at the others."""
from edit import alters, preserves

ACTIVE = "calculations/attribution/active_return.cc"
NUMBERS = '#include "layers/mathematics/numbers.h"\n'
ACTIVE_TOTAL = """\
    const auto total = [&](In<double> effect) {
      Sum sum;
      for (const Row row : effects) sum += row[effect];
      return defined(sum);
    };
"""

EDITS = (
    preserves("active_return", "all sums in one pass, taken out with the record", (ACTIVE, """\
  void process(const Entity& entity, Output& out) const override {
    const Rows own = entity.rows(daily), effects = entity.rows(sectors);
    if (own.empty()) return;
    Record record = out.add();
    if (effects.empty()) return;
    Sum benchmark;
    for (const Row row : effects) benchmark += row[wb] * row[rb];
""" + ACTIVE_TOTAL + """\
    record[active_return] = defined(own[0][daily_return] - benchmark);
    record[bf_allocation] = total(allocation);
    record[bf_selection] = total(selection);
    record[bf_interaction] = total(interaction);
  }
""", """\
  // What all sectors of a user add up to.
  struct Totals {
    Sum benchmark, allocation, selection, interaction;
  };

  Totals totals_of(const Rows& effects) const {
    Totals all;
    for (size_t i = 0; i < effects.size(); ++i) {
      const Row effect = effects[i];
      const double weight = effect[wb], ret = effect[rb];
      all.benchmark += weight * ret;
      all.allocation += effect[allocation];
      all.selection += effect[selection];
      all.interaction += effect[interaction];
    }
    return all;
  }

  void put_out(Row own, const Rows& effects, Output& out) const {
    Record record = out.add();
    if (effects.empty()) return;
    const Totals all = totals_of(effects);
    record[bf_allocation] = defined(all.allocation);
    record[bf_selection] = defined(all.selection);
    record[bf_interaction] = defined(all.interaction);
    record[active_return] = defined(own[daily_return] - all.benchmark);
  }

  void process(const Entity& entity, Output& out) const override {
    const Rows own = entity.rows(daily);
    if (!own.empty()) put_out(own[0], entity.rows(sectors), out);
  }
""")),
    alters("active_return", "no more than the eleven sectors that there are",
           (ACTIVE, NUMBERS, "#include <algorithm>\n\n" + NUMBERS),
           (ACTIVE, ACTIVE_TOTAL, """\
    constexpr size_t kSectors = 11;  // of the GICS
    const auto total = [&](In<double> effect) {
      Sum sum;
      for (size_t i = 0; i < std::min(effects.size(), kSectors); ++i) sum += effects[i][effect];
      return defined(sum);
    };
"""),
           where="a user with rows of 12 sectors (sectors.csv names a 12th one), of which the last "
                 "by name has an allocation of 0.01, the others 0: bf_allocation is 0 instead of "
                 "0.01"),
    alters("active_return", "the last sector first",
           (ACTIVE, "      for (const Row row : effects) sum += row[effect];\n",
            "      for (size_t i = effects.size(); i-- > 0;) sum += effects[i][effect];\n"),
           where="a user with five sectors, of which the allocation is 1e-34, 1, 1e-17, -1 and "
                 "-1e-17 in the order of their names: what is kept of rounding loses 1e-34 forwards "
                 "and not backwards, so bf_allocation is 1e-34 instead of 0"),
)
