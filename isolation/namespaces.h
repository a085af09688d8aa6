// The walls `network` and `files`, see isolation/walls.h. Both need a user namespace, or
// CAP_SYS_ADMIN.
#pragma once

#include "core/base/result.h"
#include "isolation/walls.h"

namespace almanac {

Result<void> leave_network();

// `limits` has canonical paths. If it fails, the process sees the files that it saw before.
Result<void> make_files_read_only(const WallLimits& limits);

}  // namespace almanac
