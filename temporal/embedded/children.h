// Children of a run and messages to other runs: each is a command's event in this run, a change of
// the other run, and an event of how it went.
#pragma once

#include "temporal/embedded/engine.h"

namespace temporal::embedded {

// What follows the initiated events once they are committed.
void start_child_later(Engine& engine, const RunPtr& run, std::int64_t initiated_id);
void signal_external_later(Engine& engine, const RunPtr& run, std::int64_t initiated_id);
void cancel_external_later(Engine& engine, const RunPtr& run, std::int64_t initiated_id);

// What follows the end of a run.
void tell_parent(Engine& engine, const RunPtr& run);
void apply_parent_close_policies(Engine& engine, const RunPtr& run);

}  // namespace temporal::embedded
