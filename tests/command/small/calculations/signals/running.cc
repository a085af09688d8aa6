#include <almanac/calculation.h>

using namespace almanac;

struct Running : PerEntity {
  Table doubled = calculation("doubled");
  In<double> half = doubled["half"];
  Table before = previous();
  In<double> total_before = before["total"];

  Key<std::string_view> ticker = key("ticker");
  Out<double> total = column("total");

  void process(const Entity& entity, Output& out) const override {
    const Rows state = entity.rows(before);
    double sum = state.empty() ? 0 : state[0][total_before];
    for (const Row row : entity.rows(doubled)) sum += row[half];
    out.add()[total] = sum;
  }
};
ALMANAC_CALCULATION(Running, "signals", "running")
