#include <chrono>

#include "layers/fickle.h"

struct Clock : Fickle {
  double make_of(double /*given*/) const override {
    return static_cast<double>(std::chrono::system_clock::now().time_since_epoch().count() %
                               1'000'000'007);
  }
};
ALMANAC_CALCULATION(Clock, "fickle", "clock")
