// ResetWorkflowExecution: a new run with the first events of another one, then what came to that
// one from outside, again.
#include <set>

#include "temporal/embedded/activities.h"
#include "temporal/embedded/answers.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/children.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/deprecated.h"
#include "temporal/embedded/rebuild.h"
#include "temporal/embedded/signals.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;
using Request = api::workflowservice::v1::ResetWorkflowExecutionRequest;

std::set<ResetReapplyExcludeType> excluded(const Request& request) {
  std::set<ResetReapplyExcludeType> exclude;
  for (const int type : request.reset_reapply_exclude_types()) {
    exclude.insert(static_cast<ResetReapplyExcludeType>(type));
  }
  if (request.reset_reapply_type() == RESET_REAPPLY_TYPE_SIGNAL) {
    exclude.insert(RESET_REAPPLY_EXCLUDE_TYPE_UPDATE);
  } else if (request.reset_reapply_type() == RESET_REAPPLY_TYPE_NONE) {
    exclude.insert(RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL);
    exclude.insert(RESET_REAPPLY_EXCLUDE_TYPE_UPDATE);
  }
  return exclude;
}

void admit(Engine& engine, Run& run, const api::update::v1::Request& request) {
  const std::string& id = request.meta().update_id();
  if (run.updates.contains(id)) return;
  auto& admitted = *add_event(engine, run, EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED)
                        .mutable_workflow_execution_update_admitted_event_attributes();
  *admitted.mutable_request() = request;
  admitted.set_origin(UPDATE_ADMITTED_EVENT_ORIGIN_REAPPLY);
  run.updates[id].order = ++run.last_update_order;  // the request is in the history
}

// The events of `from`, from `first` on, that came from outside.
void reapply(Engine& engine, Run& run, const Run& from, std::int64_t first,
             const std::set<ResetReapplyExcludeType>& exclude) {
  const bool signals = !exclude.contains(RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL);
  const bool updates = !exclude.contains(RESET_REAPPLY_EXCLUDE_TYPE_UPDATE);
  for (std::int64_t id = first; id < from.history.next_id(); ++id) {
    const HistoryEvent& e = from.history.at(id);
    if (e.event_type() == EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED && signals) {
      *add_event(engine, run, e.event_type())
           .mutable_workflow_execution_signaled_event_attributes() =
          e.workflow_execution_signaled_event_attributes();
      ++run.signal_count;
    } else if (e.event_type() == EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED && updates) {
      admit(engine, run, e.workflow_execution_update_admitted_event_attributes().request());
    } else if (e.event_type() == EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED && updates) {
      const auto& accepted = e.workflow_execution_update_accepted_event_attributes();
      if (accepted.has_accepted_request()) admit(engine, run, accepted.accepted_request());
    }
  }
}

// What was pending goes out again.
void redispatch(Engine& engine, const RunPtr& run) {
  for (const auto& [id, activity] : run->activities) dispatch_activity(engine, run, activity);
  for (const auto& [id, child] : run->children) {
    if (child.run_id.empty()) start_child_later(engine, run, id);
  }
  for (const auto& [id, signal] : run->signals) signal_external_later(engine, run, id);
  for (const auto& [id, cancel] : run->cancels) cancel_external_later(engine, run, id);
  arm_run_timeout(engine, run);
}

void fail_for_reset(Engine& engine, const RunPtr& run, const std::string& base_run_id,
                    const std::string& reason) {
  if (!run->task_started()) {  // no worker had it: the service takes it to fail it
    start_task(engine, run, "emptyUuid", current_queue(*run), kHistoryIdentity);
  }
  FailureProto failure;
  failure.set_message(reason);
  failure.mutable_reset_workflow_failure_info();
  fail_task(engine, *run,
            {.cause = WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW,
             .failure = failure,
             .identity = kHistoryIdentity,
             .base_run_id = base_run_id,
             .new_run_id = run->run_id});
}

}  // namespace

Answer answer(Engine& engine, const CallPtr&, const Request& request,
              api::workflowservice::v1::ResetWorkflowExecutionResponse& reply) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  const auto found = engine.find(request.namespace_(), request.workflow_execution());
  if (!found.ok()) return found.status();
  const RunPtr base = *found;
  const std::int64_t finish = request.workflow_task_finish_event_id();
  if (finish <= 1 || finish >= base->history.next_id()) {
    return invalid("Workflow task finish ID must be > 1 && <= workflow last event ID.");
  }
  if (!base->history.starts_batch(finish)) {
    return invalid("StateRebuilder unable to Rebuild mutable state to event ID: " +
                   std::to_string(finish - 1) + ", version: 0, this event must be at the boundary");
  }
  const RunPtr current = engine.current(base->namespace_name, base->workflow_id);
  if (!request.request_id().empty() && current->request_id == request.request_id()) {
    reply.set_run_id(current->run_id);
    return done();
  }
  const RunPtr run = rebuild(engine, *base, finish, engine.new_id());
  run->request_id = request.request_id();
  if (!run->task_pending()) {
    return invalid(
        "Can only reset workflow to event ID in range [WorkflowTaskScheduled +1, "
        "WorkflowTaskStarted + 1]: " +
        std::to_string(finish));
  }
  if (current->running()) {
    current->reset_away = true;
    current->reset_run_id = run->run_id;
    terminate_run(engine, *current, request.reason(), nullptr, "history-resetter");
  }
  base->reset_run_id = run->run_id;
  fail_for_reset(engine, run, base->run_id, request.reason());
  const auto exclude = excluded(request);
  reapply(engine, *run, *base, finish, exclude);
  for (RunPtr next = engine.run_of(base->new_run_id); next;
       next = engine.run_of(next->new_run_id)) {
    reapply(engine, *run, *next, 1, exclude);
  }
  if (current->running() || current->reset_away) commit(engine, current);
  engine.add(run);
  redispatch(engine, run);
  commit_and_schedule(engine, run);
  reply.set_run_id(run->run_id);
  return done();
}

}  // namespace temporal::embedded
