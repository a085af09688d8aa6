#include <sched.h>

#include "layers/fickle.h"

struct Processors : Fickle {
  double make_of(double given) const override {
    cpu_set_t mine;
    sched_getaffinity(0, sizeof mine, &mine);
    return given + CPU_COUNT(&mine);
  }
};
ALMANAC_CALCULATION(Processors, "fickle", "processors")
