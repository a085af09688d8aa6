// Movement: how far what one version puts out is from what another does, by output column. For
// people; equality is decided by digests alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/manifest/calculation.h"
#include "runner/observe.h"

namespace almanac::behaviour {

struct Movement {
  std::string column;   // empty: rows that one has and the other has not, errors, rejections
  uint64_t values = 0;  // that were compared; for no column: contexts
  uint64_t differing = 0;
  double greatest = 0;  // relative difference of two numbers; 0: there are none
};

// Of the same contexts, one after the other. Columns that nowhere differ are left out.
std::vector<Movement> movements(const std::vector<Calculation::Output>& outputs,
                                const std::vector<Observation>& before,
                                const std::vector<Observation>& now);

}  // namespace almanac::behaviour
