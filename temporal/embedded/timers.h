// Timers that a workflow has started.
#pragma once

#include "temporal/embedded/engine.h"

namespace temporal::embedded {

void add_timer(Run& run, const std::string& id, Timer timer);
void remove_timer(Run& run, const std::string& id);
// Sees to it that the next timer fires in time.
void arm_timers(Engine& engine, const RunPtr& run);

}  // namespace temporal::embedded
