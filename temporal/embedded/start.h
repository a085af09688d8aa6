// How a run begins: by a start, by a parent, or after another run of the same workflow.
#pragma once

#include <optional>
#include <string>

#include "temporal/embedded/engine.h"
#include "temporal/embedded/retry.h"

namespace temporal::embedded {

using StartRequest = api::workflowservice::v1::StartWorkflowExecutionRequest;
using Initiator = api::enums::v1::ContinueAsNewInitiator;

// What a run begins with; `request` is complete: defaults are filled in.
struct NewRun {
  StartRequest request;
  std::string run_id;
  std::optional<Parent> parent;
  std::string root_workflow_id, root_run_id;  // empty: the run is its own root
  std::string continued_run_id;               // of the run that it follows
  std::string first_run_id;                   // empty: itself
  Initiator initiator = api::enums::v1::CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED;
  int attempt = 1;
  Duration backoff{};                          // until its first workflow task
  std::optional<TimePoint> execution_expires;  // of the runs that it follows
  std::optional<Payloads> last_result;
  std::optional<FailureProto> last_failure;
};

// What is wrong with the request; Ok if nothing is. Fills in what is not set.
Status check_start(Engine& engine, StartRequest& request);
// The started event is written; the first workflow task is not scheduled.
RunPtr begin(Engine& engine, NewRun start);
// Memo and search attributes, as the started event has them.
void take_attributes(Run& run);
// Schedules the first workflow task, now or after the backoff.
void schedule_first_task(Engine& engine, const RunPtr& run, bool handed_on = false);

// Makes way for a new run of the workflow; not Ok where the policies or the current run do not let
// it. `existing`: the call is answered with the current run.
Status make_way(Engine& engine, const StartRequest& request, const std::string& new_run_id,
                RunPtr& existing);

// The run that follows one that failed, timed out or completed: a retry, or cron's next.
struct NextRun {
  std::string run_id;
  Initiator initiator;
  Duration backoff;
  std::optional<Payloads> last_result;
  std::optional<FailureProto> failure;
};
// None, where neither retry policy nor cron gives one; `state` says why there is no retry.
std::optional<NextRun> next_run_after(Engine& engine, const Run& run, const FailureProto* failure,
                                      const Payloads* result, RetryState& state);
void start_next_run(Engine& engine, const RunPtr& run, const NextRun& next);
void continue_as_new(
    Engine& engine, const RunPtr& run, const std::string& new_run_id,
    const api::command::v1::ContinueAsNewWorkflowExecutionCommandAttributes& command);

}  // namespace temporal::embedded
