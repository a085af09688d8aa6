#include <almanac/calculation.h>

#include "layers/wait.h"

using namespace almanac;

struct Third : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<std::string_view> station = key("station");
  Out<double> copy = column("copy");

  void process(const Entity& entity, Output& out) const override {
    wait_for("third");
    out.add()[copy] = entity.rows(readings)[0][value];
  }
};
ALMANAC_CALCULATION(Third, "waiting", "third")
