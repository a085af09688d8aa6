#include <ctime>

#include "layers/fickle.h"

struct Zone : Fickle {
  double make_of(double given) const override {
    const std::time_t noon = 1'704'110'400;
    return given + std::localtime(&noon)->tm_hour;
  }
};
ALMANAC_CALCULATION(Zone, "fickle", "zone")
