// What a run was after its first events, from the events alone.
#pragma once

#include <cstdint>
#include <string>

#include "temporal/embedded/engine.h"

namespace temporal::embedded {

// A run with the events [1, next) of `base` and what was pending then. Nothing is dispatched or
// armed, and the engine does not know it yet.
RunPtr rebuild(Engine& engine, const Run& base, std::int64_t next, const std::string& run_id);

}  // namespace temporal::embedded
