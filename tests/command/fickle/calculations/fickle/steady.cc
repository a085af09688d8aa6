#include "layers/fickle.h"

struct Steady : Fickle {
  double make_of(double given) const override { return 2 * given; }
};
ALMANAC_CALCULATION(Steady, "fickle", "steady")
