// The wall `landlock`, see isolation/walls.h.
#pragma once

#include "core/base/result.h"
#include "isolation/walls.h"

namespace almanac {

// `limits` has canonical paths. `own_tmp`: /tmp is this process's own and may be written to.
Result<void> confine_files(const WallLimits& limits, bool own_tmp);

}  // namespace almanac
