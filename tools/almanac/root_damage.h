// What keeps root data that is there from being read as declared: worth more than the state of the
// cells that wait for it, since it needs somebody.
#pragma once

#include <string>
#include <vector>

#include "activities/plan.h"

namespace almanac {

// On the days that the planned cells are about, each problem once.
std::vector<std::string> root_damage(const Planning& planning);

// Says the first of them on stderr. True where there are any.
bool warn_of_root_damage(const Planning& planning);

}  // namespace almanac
