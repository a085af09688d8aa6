// Everything the author of a workflow includes. In examples: namespace wf = temporal::wf.
#pragma once

#include "temporal/workflow/activity.h"    // IWYU pragma: export
#include "temporal/workflow/child.h"       // IWYU pragma: export
#include "temporal/workflow/definition.h"  // IWYU pragma: export
#include "temporal/workflow/info.h"        // IWYU pragma: export
#include "temporal/workflow/scope.h"       // IWYU pragma: export
#include "temporal/workflow/select.h"      // IWYU pragma: export
#include "temporal/workflow/task.h"        // IWYU pragma: export
#include "temporal/workflow/timer.h"       // IWYU pragma: export
