#include "temporal/embedded/close.h"

#include <algorithm>

#include "temporal/embedded/change.h"
#include "temporal/embedded/children.h"
#include "temporal/embedded/queries.h"
#include "temporal/embedded/retry.h"
#include "temporal/embedded/start.h"
#include "temporal/embedded/updates.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;

void fail_started_task(Engine& engine, Run& run) {
  if (!run.task_started()) return;
  fail_task(engine, run,
            {.cause = WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
             .failure = {},
             .identity = kHistoryIdentity});
  flush(run);
}

void run_expired(Engine& engine, const RunPtr& run) {
  run->run_timer = 0;
  if (!run->running()) return;
  const FailureProto failure = timeout_failure("workflow timeout", TIMEOUT_TYPE_START_TO_CLOSE);
  RetryState state = RETRY_STATE_TIMEOUT;
  std::optional<NextRun> next;
  if (!run->execution_expires || *run->execution_expires > engine.now()) {
    next = next_run_after(engine, *run, &failure, nullptr, state);
  }
  time_out_run(engine, *run, state, next ? next->run_id : "");
  if (next) start_next_run(engine, run, *next);
  commit(engine, run);
}

}  // namespace

void set_closed(Engine& engine, Run& run, WorkflowStatus status) {
  run.status = status;
  run.closed_at = engine.now();
}

void terminate_run(Engine& engine, Run& run, const std::string& reason, const Payloads* details,
                   const std::string& identity) {
  fail_started_task(engine, run);
  auto& terminated = *add_event(engine, run, EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED)
                          .mutable_workflow_execution_terminated_event_attributes();
  terminated.set_reason(reason);
  if (details) *terminated.mutable_details() = *details;
  terminated.set_identity(identity);
  set_closed(engine, run, WORKFLOW_EXECUTION_STATUS_TERMINATED);
}

void time_out_run(Engine& engine, Run& run, RetryState retry_state, const std::string& new_run_id) {
  fail_started_task(engine, run);
  auto& out = *add_event(engine, run, EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT)
                   .mutable_workflow_execution_timed_out_event_attributes();
  out.set_retry_state(retry_state);
  out.set_new_execution_run_id(new_run_id);
  run.new_run_id = new_run_id;
  set_closed(engine, run, WORKFLOW_EXECUTION_STATUS_TIMED_OUT);
}

void set_expiry(Run& run) {
  if (run.run_timeout != Duration::zero()) {
    run.run_expires = later(run.execution_at, run.run_timeout);
  }
  if (run.execution_expires) {
    run.run_expires =
        std::min(run.run_expires.value_or(*run.execution_expires), *run.execution_expires);
  }
}

void arm_run_timeout(Engine& engine, const RunPtr& run) {
  if (!run->run_expires) return;
  run->run_timer = engine.at(*run->run_expires, [&engine, run] { run_expired(engine, run); });
}

void stop_timers(Engine& engine, Run& run) {
  for (Executor::TimerId* timer : {&run.task_timer, &run.first_task_timer, &run.run_timer,
                                   &run.timers_timer, &run.activities_timer}) {
    engine.stop(*timer);
  }
  for (auto& [id, activity] : run.activities) engine.stop(activity.retry_timer);
}

void handle_close(Engine& engine, const RunPtr& run) {
  stop_timers(engine, *run);
  run->activity_deadlines.clear();
  run->timer_deadlines.clear();
  abort_updates(engine, *run,
                run->new_run_id.empty() ? AbortReason::Closed : AbortReason::Continued);
  redirect_queries(engine, run);
  tell_parent(engine, run);
  apply_parent_close_policies(engine, run);
  engine.closed(run);
}

}  // namespace temporal::embedded
