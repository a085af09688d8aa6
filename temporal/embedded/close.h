// How a run ends, and what its end does to others: its parent, its children, who waits for it.
#pragma once

#include <string>

#include "temporal/embedded/engine.h"

namespace temporal::embedded {

inline constexpr char kHistoryIdentity[] = "history-service";

// What those are told who come while the run is about to close: to come again.
inline Status closing() {
  return {Code::ResourceExhausted,
          "workflow operation can not be applied because workflow is closing"};
}
inline bool is_closing(const Run& run) {
  return run.running() && run.close_attempted && run.task_started();
}

// The event that closes the run has been added.
void set_closed(Engine& engine, Run& run, WorkflowStatus status);
// Both fail the workflow task that is started, if one is.
void terminate_run(Engine& engine, Run& run, const std::string& reason,
                   const api::common::v1::Payloads* details, const std::string& identity);
void time_out_run(Engine& engine, Run& run, api::enums::v1::RetryState retry_state,
                  const std::string& new_run_id);
// Once, when the end of the run is committed.
void handle_close(Engine& engine, const RunPtr& run);
// When a new run times out: by its own timeout, or with all runs of its workflow.
void set_expiry(Run& run);
void arm_run_timeout(Engine& engine, const RunPtr& run);
// Of a run that has closed, or that nobody can reach any more.
void stop_timers(Engine& engine, Run& run);

}  // namespace temporal::embedded
