// Whether two calculations declare the same: kind, parameters with their values, reads, outputs and
// entities. What they are called and how they are tagged does not count.
#pragma once

#include "core/manifest/calculation.h"

namespace almanac {

bool same_declaration(const Calculation& a, const Calculation& b);

}  // namespace almanac
