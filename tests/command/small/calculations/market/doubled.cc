#include <almanac/calculation.h>

#include "layers/scale.h"

using namespace almanac;

struct Doubled : PerEntity {
  Table prices = dataset("prices");
  In<double> close = prices["close"];

  Key<std::string_view> ticker = key("ticker");
  Out<double> twice = column("twice");
  Out<double> half = column("half");

  void process(const Entity& entity, Output& out) const override {
    const double price = entity.rows(prices)[0][close];
    Record record = out.add();
    record[twice] = scaled(price);
    record[half] = price / 2;
  }
};
ALMANAC_CALCULATION(Doubled, "market", "doubled")
