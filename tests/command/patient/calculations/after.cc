#include <almanac/calculation.h>

using namespace almanac;

struct After : PerEntity {
  Table first = calculation("first");
  In<double> value = first["copy"];

  Key<std::string_view> station = key("station");
  Out<double> copy = column("copy");

  void process(const Entity& entity, Output& out) const override {
    out.add()[copy] = entity.rows(first)[0][value];
  }
};
ALMANAC_CALCULATION(After, "waiting", "after")
