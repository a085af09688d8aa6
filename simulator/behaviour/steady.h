// Steady: whether a version of a calculation puts out the same whenever it is given the same data:
// in another order of contexts, in another process whose environment and addresses are other ones.
#pragma once

#include "simulator/behaviour/laboratory.h"
#include "simulator/behaviour/suite.h"

namespace almanac::behaviour {

inline constexpr const char* kUnsteady = "is not deterministic: the same data gave other results";

// Errors are those of Subject.
Result<bool> is_steady(Laboratory& laboratory, const Version& version, const Suite& suite);

}  // namespace almanac::behaviour
