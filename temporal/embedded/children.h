// Children of a run and messages to other runs: each is a command's event in this run, a change of
// the other run, and an event of how it went.
#pragma once

#include <string>

#include "temporal/embedded/engine.h"

namespace temporal::embedded {

// The namespace that a command names; the run's own, where it names none.
inline const std::string& namespace_of(const Run& run, const std::string& named) {
  return named.empty() ? run.namespace_name : named;
}

// What follows the initiated events once they are committed.
void start_child_later(Engine& engine, const RunPtr& run, std::int64_t initiated_id);
void signal_external_later(Engine& engine, const RunPtr& run, std::int64_t initiated_id);
void cancel_external_later(Engine& engine, const RunPtr& run, std::int64_t initiated_id);

// What follows the end of a run.
void tell_parent(Engine& engine, const RunPtr& run);
void apply_parent_close_policies(Engine& engine, const RunPtr& run);

}  // namespace temporal::embedded
