#include <almanac/calculation.h>

using namespace almanac;

struct Calm : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<std::string_view> station = key("station");
  Out<double> copy = column("copy");

  Calm() { tags({"quiet"}); }

  void process(const Entity& entity, Output& out) const override {
    out.add()[copy] = entity.rows(readings)[0][value];
  }
};
ALMANAC_CALCULATION(Calm, "mood", "calm")
