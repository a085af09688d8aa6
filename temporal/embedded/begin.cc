// StartWorkflowExecution and SignalWithStartWorkflowExecution.
#include "temporal/data/duration.h"
#include "temporal/embedded/answers.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/cron.h"
#include "temporal/embedded/deprecated.h"
#include "temporal/embedded/signals.h"
#include "temporal/embedded/start.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

namespace {

NewRun from_request(Engine& engine, StartRequest request, std::string run_id) {
  NewRun start;
  start.run_id = std::move(run_id);
  start.backoff = cron_backoff(request.cron_schedule(), engine.now(), engine.now())
                      .value_or(from_proto(request.workflow_start_delay()));
  if (start.backoff != Duration::zero()) request.set_request_eager_execution(false);
  start.request = std::move(request);
  return start;
}

}  // namespace

Answer answer(Engine& engine, const CallPtr&, const StartRequest& given,
              api::workflowservice::v1::StartWorkflowExecutionResponse& reply) {
  StartRequest request = given;
  if (Status bad = check_start(engine, request); !bad.ok()) return bad;
  const std::string run_id = engine.new_id();
  RunPtr run;
  if (Status bad = make_way(engine, request, run_id, run); !bad.ok()) return bad;
  reply.set_status(api::enums::v1::WORKFLOW_EXECUTION_STATUS_RUNNING);
  if (run) {
    reply.set_run_id(run->run_id);
    reply.set_started(run->request_id == request.request_id());
    reply.set_status(run->status);
    return done();
  }
  run = begin(engine, from_request(engine, std::move(request), run_id));
  const bool eager = run->start().eager_execution_accepted();
  schedule_first_task(engine, run, eager);
  if (eager) {
    api::taskqueue::v1::TaskQueue queue;
    queue.set_name(run->queue);
    start_task(engine, run, run->request_id, queue, given.identity());
  }
  commit(engine, run);
  if (eager) fill_task(*run, false, false, *reply.mutable_eager_workflow_task());
  reply.set_run_id(run_id);
  reply.set_started(true);
  return done();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::SignalWithStartWorkflowExecutionRequest& given,
              api::workflowservice::v1::SignalWithStartWorkflowExecutionResponse& reply) {
  // The start's fields have the same names; the conflict policy is another matter.
  StartRequest request;
  request.set_namespace_(given.namespace_());
  request.set_workflow_id(given.workflow_id());
  *request.mutable_workflow_type() = given.workflow_type();
  *request.mutable_task_queue() = given.task_queue();
  if (given.has_input()) *request.mutable_input() = given.input();
  if (given.has_workflow_execution_timeout()) {
    *request.mutable_workflow_execution_timeout() = given.workflow_execution_timeout();
  }
  if (given.has_workflow_run_timeout()) {
    *request.mutable_workflow_run_timeout() = given.workflow_run_timeout();
  }
  *request.mutable_workflow_task_timeout() = given.workflow_task_timeout();
  request.set_identity(given.identity());
  request.set_request_id(given.request_id());
  request.set_workflow_id_reuse_policy(given.workflow_id_reuse_policy());
  request.set_workflow_id_conflict_policy(given.workflow_id_conflict_policy());
  if (given.has_retry_policy()) *request.mutable_retry_policy() = given.retry_policy();
  request.set_cron_schedule(given.cron_schedule());
  if (given.has_memo()) *request.mutable_memo() = given.memo();
  if (given.has_search_attributes()) {
    *request.mutable_search_attributes() = given.search_attributes();
  }
  if (given.has_header()) *request.mutable_header() = given.header();
  if (given.has_workflow_start_delay()) {
    *request.mutable_workflow_start_delay() = given.workflow_start_delay();
  }
  if (given.has_user_metadata()) *request.mutable_user_metadata() = given.user_metadata();
  *request.mutable_links() = given.links();
  if (given.has_priority()) *request.mutable_priority() = given.priority();
  if (given.workflow_id_conflict_policy() == api::enums::v1::WORKFLOW_ID_CONFLICT_POLICY_FAIL) {
    return invalid(
        "Invalid WorkflowIDConflictPolicy: WORKFLOW_ID_CONFLICT_POLICY_FAIL is not supported for "
        "this operation.");
  }
  if (Status bad = check_signal_name(given.signal_name()); !bad.ok()) return bad;
  if (Status bad = check_start(engine, request); !bad.ok()) return bad;

  Signal signal;
  signal.name = given.signal_name();
  if (given.has_signal_input()) signal.input = given.signal_input();
  signal.identity = given.identity();
  if (given.has_header()) signal.header = given.header();
  signal.request_id = given.request_id();
  const RunPtr current = engine.current(given.namespace_(), given.workflow_id());
  const bool terminates = given.workflow_id_conflict_policy() ==
                              api::enums::v1::WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING ||
                          given.workflow_id_reuse_policy() ==
                              api::enums::v1::WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING;
  if (current && current->running() && !terminates) {
    if (is_closing(*current)) return closing();
    const int before = current->signal_count;
    if (Status bad = add_signal(engine, *current, signal); !bad.ok()) return bad;
    // Unlike a signal alone it does not wait for the end of a backoff.
    if (current->signal_count != before) commit_and_schedule(engine, current);
    reply.set_run_id(current->run_id);
    return done();
  }
  // Nothing may fail once the new run has begun, or the old one has made way.
  if (Status bad = check_signal_input(signal); !bad.ok()) return bad;
  const std::string run_id = engine.new_id();
  RunPtr existing;
  if (Status bad = make_way(engine, request, run_id, existing); !bad.ok()) return bad;
  if (existing) {
    reply.set_run_id(existing->run_id);
    return done();
  }
  const RunPtr run = begin(engine, from_request(engine, std::move(request), run_id));
  write_signal(engine, *run, signal);
  schedule_first_task(engine, run);
  commit(engine, run);
  reply.set_run_id(run_id);
  reply.set_started(true);
  return done();
}

}  // namespace temporal::embedded
