// The walls `limits` and `privileges`, see isolation/walls.h.
#pragma once

#include "core/base/result.h"
#include "isolation/walls.h"

namespace almanac {

// Also makes the process unreadable for others of the same user: no core dump, no ptrace.
Result<void> set_limits(const WallLimits& limits);

Result<void> drop_privileges();

// Needed by a filter of an unprivileged process, too.
Result<void> forbid_new_privileges();

}  // namespace almanac
