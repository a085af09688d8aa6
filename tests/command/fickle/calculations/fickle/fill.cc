#include <cstdlib>

#include "layers/fickle.h"

struct Fill : Fickle {
  double make_of(double given) const override {
    auto* unset = static_cast<volatile unsigned char*>(std::malloc(100'000));
    const double made = given + unset[50'000];  // nobody has written there
    std::free(const_cast<unsigned char*>(unset));
    return made;
  }
};
ALMANAC_CALCULATION(Fill, "fickle", "fill")
