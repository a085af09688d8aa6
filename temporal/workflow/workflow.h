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

namespace temporal::wf {

// What authors meet of the rest of the library.
using temporal::Bytes;
using temporal::Duration;
using temporal::Failure;
using temporal::FailureError;
using temporal::FailureKind;
using temporal::Outcome;
using temporal::Payload;
using temporal::RetryPolicy;
using temporal::SearchAttributes;
using temporal::TimePoint;

}  // namespace temporal::wf
