// The wall `seccomp`, see isolation/walls.h.
#pragma once

#include "core/base/result.h"

namespace almanac {

// From here on, system calls that are not listed fail with EPERM, those that are newer than the
// list with ENOSYS. For the thread that calls, and those that it starts.
Result<void> filter_system_calls();

}  // namespace almanac
