#include <random>

#include "layers/fickle.h"

struct Chance : Fickle {
  double make_of(double given) const override { return given + std::random_device{}() % 1000003; }
};
ALMANAC_CALCULATION(Chance, "fickle", "chance")
