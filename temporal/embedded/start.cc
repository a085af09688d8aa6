#include "temporal/embedded/start.h"

#include <algorithm>

#include "temporal/data/duration.h"
#include "temporal/embedded/answers.h"
#include "temporal/embedded/attributes.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/cron.h"
#include "temporal/embedded/deprecated.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;

Status already_started(const char* what, const Run& run, const char* policy = "") {
  return {Code::AlreadyExists, std::string("Workflow execution ") + what + ". WorkflowId: " +
                                   run.workflow_id + ", RunId: " + run.run_id + "." + policy};
}

void fill_started(Engine& engine, const NewRun& start, const Run& run, HistoryEvent& event) {
  const StartRequest& request = start.request;
  auto& started = *event.mutable_workflow_execution_started_event_attributes();
  *started.mutable_workflow_type() = request.workflow_type();
  started.mutable_task_queue()->set_name(request.task_queue().name());
  started.mutable_task_queue()->set_kind(TASK_QUEUE_KIND_NORMAL);
  if (request.has_header()) *started.mutable_header() = request.header();
  if (request.has_input()) *started.mutable_input() = request.input();
  if (request.has_workflow_execution_timeout()) {
    *started.mutable_workflow_execution_timeout() = request.workflow_execution_timeout();
  }
  if (request.has_workflow_run_timeout()) {
    *started.mutable_workflow_run_timeout() = request.workflow_run_timeout();
  }
  *started.mutable_workflow_task_timeout() = request.workflow_task_timeout();
  started.set_continued_execution_run_id(start.continued_run_id);
  started.set_identity(request.identity());
  if (request.has_retry_policy()) *started.mutable_retry_policy() = request.retry_policy();
  started.set_attempt(start.attempt);
  if (run.execution_expires) {
    *started.mutable_workflow_execution_expiration_time() = to_proto(*run.execution_expires);
  }
  started.set_cron_schedule(request.cron_schedule());
  if (start.last_result) *started.mutable_last_completion_result() = *start.last_result;
  if (start.last_failure) *started.mutable_continued_failure() = *start.last_failure;
  started.set_initiator(start.initiator);
  if (start.continued_run_id.empty() || start.backoff != Duration::zero()) {
    *started.mutable_first_workflow_task_backoff() = to_proto(start.backoff);
  }
  if (!start.continued_run_id.empty()) started.mutable_prev_auto_reset_points();
  started.set_first_execution_run_id(run.first_run_id);
  started.set_original_execution_run_id(run.run_id);
  if (request.has_memo()) *started.mutable_memo() = request.memo();
  if (request.has_search_attributes()) {
    *started.mutable_search_attributes() = request.search_attributes();
  }
  started.set_workflow_id(run.workflow_id);
  if (request.has_priority()) *started.mutable_priority() = request.priority();
  started.set_eager_execution_accepted(request.request_eager_execution());
  if (start.parent) {
    started.set_parent_workflow_namespace(start.parent->namespace_name);
    if (const Namespace* space = engine.find_namespace(start.parent->namespace_name)) {
      started.set_parent_workflow_namespace_id(space->id);
    }
    started.mutable_parent_workflow_execution()->set_workflow_id(start.parent->workflow_id);
    started.mutable_parent_workflow_execution()->set_run_id(start.parent->run_id);
    started.set_parent_initiated_event_id(start.parent->initiated_id);
    started.mutable_root_workflow_execution()->set_workflow_id(run.root_workflow_id);
    started.mutable_root_workflow_execution()->set_run_id(run.root_run_id);
  }
  if (request.has_user_metadata()) *event.mutable_user_metadata() = request.user_metadata();
  *event.mutable_links() = request.links();
}

}  // namespace

Status check_start(Engine& engine, StartRequest& request) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  if (request.workflow_id().empty()) return invalid("WorkflowId is not set on request.");
  if (request.workflow_id().size() > kMostIdBytes) {
    return invalid("WorkflowId length exceeds limit.");
  }
  if (request.has_retry_policy()) {
    set_retry_defaults(*request.mutable_retry_policy());
    if (const std::string bad = problem_of(request.retry_policy()); !bad.empty()) {
      return invalid(bad);
    }
  }
  if (!request.cron_schedule().empty()) {
    if (request.has_workflow_start_delay()) {
      return invalid("CronSchedule and WorkflowStartDelay may not be used together.");
    }
    if (!Cron::parse(request.cron_schedule())) return invalid("invalid CronSchedule.");
  }
  if (request.workflow_type().name().empty()) {
    return invalid("WorkflowType is not set on request.");
  }
  if (request.workflow_type().name().size() > kMostIdBytes) {
    return invalid("WorkflowType length exceeds limit.");
  }
  if (request.task_queue().name().empty()) return invalid("taskQueue is not set");
  if (request.task_queue().name().size() > kMostIdBytes) {
    return invalid("taskQueue length exceeds limit");
  }
  if (request.request_id().size() > kMostIdBytes) {
    return invalid("RequestId length exceeds limit.");
  }
  if (request.request_id().empty()) request.set_request_id(engine.new_id());
  if (request.workflow_id_reuse_policy() == WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING &&
      request.workflow_id_conflict_policy() != WORKFLOW_ID_CONFLICT_POLICY_UNSPECIFIED) {
    return invalid(
        "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING cannot be "
        "used together with a WorkflowIDConflictPolicy");
  }
  if (request.has_search_attributes()) {
    const auto problem =
        problem_of(engine.options(), request.namespace_(), request.search_attributes());
    if (problem) return invalid(problem->text);
    complete_types(engine.options(), *request.mutable_search_attributes());
  }
  if (request.input().ByteSizeLong() > kMostBlobBytes) {
    return invalid("Blob data size exceeds limit.");
  }
  if (request.memo().ByteSizeLong() > kMostMemoBytes) {
    return invalid("Memo size exceeds limit.");
  }
  const Duration execution = from_proto(request.workflow_execution_timeout());
  Duration run = from_proto(request.workflow_run_timeout());
  Duration task = from_proto(request.workflow_task_timeout());
  const std::pair<const char*, Duration> timeouts[] = {
      {"WorkflowExecutionTimeoutSeconds", execution},
      {"WorkflowRunTimeoutSeconds", run},
      {"WorkflowTaskTimeoutSeconds", task},
      {"WorkflowStartDelaySeconds", from_proto(request.workflow_start_delay())}};
  for (const auto& [name, timeout] : timeouts) {
    if (timeout >= Duration::zero()) continue;
    return invalid(std::string("An invalid ") + name +
                   " is set on request. cause: negative duration");
  }
  if (execution != Duration::zero()) {
    run = run == Duration::zero() ? execution : std::min(run, execution);
  }
  if (task == Duration::zero()) task = kDefaultTaskTimeout;
  task = std::min(task, kMostTaskTimeout);
  if (run != Duration::zero()) task = std::min(task, run);
  if (run != from_proto(request.workflow_run_timeout())) {
    *request.mutable_workflow_run_timeout() = to_proto(run);
  }
  *request.mutable_workflow_task_timeout() = to_proto(task);
  return {};
}

RunPtr begin(Engine& engine, NewRun start) {
  const StartRequest& request = start.request;
  if (start.initiator == CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED &&
      !request.cron_schedule().empty()) {
    start.initiator = CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE;
  }
  auto run = std::make_shared<Run>();
  run->namespace_name = request.namespace_();
  run->workflow_id = request.workflow_id();
  run->run_id = start.run_id;
  run->first_run_id = start.first_run_id.empty() ? start.run_id : start.first_run_id;
  run->request_id = request.request_id();
  run->type = request.workflow_type().name();
  run->queue = request.task_queue().name();
  run->started_at = engine.now();
  run->execution_at = later(engine.now(), start.backoff);
  run->attempt = start.attempt;
  run->execution_timeout = from_proto(request.workflow_execution_timeout());
  run->run_timeout = from_proto(request.workflow_run_timeout());
  run->task_timeout = from_proto(request.workflow_task_timeout());
  run->execution_expires = start.execution_expires;
  if (start.continued_run_id.empty() && run->execution_timeout != Duration::zero()) {
    run->execution_expires = later(run->execution_at, run->execution_timeout);
  }
  set_expiry(*run);
  run->parent = start.parent;
  run->root_workflow_id =
      start.root_workflow_id.empty() ? run->workflow_id : start.root_workflow_id;
  run->root_run_id = start.root_run_id.empty() ? run->run_id : start.root_run_id;
  fill_started(engine, start, *run, add_event(engine, *run, EVENT_TYPE_WORKFLOW_EXECUTION_STARTED));
  take_attributes(*run);
  engine.add(run);
  arm_run_timeout(engine, run);
  return run;
}

void take_attributes(Run& run) {
  for (const auto& [name, value] : run.start().memo().fields()) run.memo[name] = value;
  for (const auto& [name, value] : run.start().search_attributes().indexed_fields()) {
    run.search_attributes[name] = value;
  }
}

void schedule_first_task(Engine& engine, const RunPtr& run, bool handed_on) {
  if (run->execution_at <= engine.now()) {
    return schedule_task(engine, run, TaskType::Normal, handed_on);
  }
  run->first_task_timer = engine.at(run->execution_at, [&engine, run] {
    run->first_task_timer = 0;
    if (!run->running() || run->task_pending() || run->previous_started_id != 0) return;
    commit_and_schedule(engine, run);
  });
}

Status make_way(Engine& engine, const StartRequest& request, const std::string& new_run_id,
                RunPtr& existing) {
  const RunPtr run = engine.current(request.namespace_(), request.workflow_id());
  if (!run) return {};
  WorkflowIdConflictPolicy conflict = request.workflow_id_conflict_policy();
  WorkflowIdReusePolicy reuse = request.workflow_id_reuse_policy();
  if (reuse == WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING) {
    conflict = WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING;
    reuse = WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE;
  }
  if (run->request_id == request.request_id() ||
      (run->running() && conflict == WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)) {
    existing = run;
    return {};
  }
  if (run->running() && conflict != WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING) {
    return already_started("is already running", *run);
  }
  if (!run->running() && reuse == WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE) {
    return already_started("already finished", *run,
                           " Workflow Id reuse policy: reject duplicate workflow Id.");
  }
  if (!run->running() && reuse == WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY &&
      run->status == WORKFLOW_EXECUTION_STATUS_COMPLETED) {
    return already_started(
        "already finished successfully", *run,
        " Workflow Id reuse policy: allow duplicate workflow Id if last run failed.");
  }
  const Duration age = engine.now() - run->started_at;
  if (engine.options().reuse_interval() != Duration::zero() &&
      engine.options().reuse_interval() >= age) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(age).count();
    return {Code::ResourceExhausted,
            std::string(run->running() ? "Too many restarts" : "Too many starts") +
                " for workflow " + run->workflow_id +
                ". Time since last start: " + std::to_string(ms) + " ms"};
  }
  if (run->running()) {
    const Payloads details = text_payloads("terminated by new runID: " + new_run_id);
    terminate_run(engine, *run, "TerminateIfRunning WorkflowIdReusePolicy", &details,
                  kHistoryIdentity);
    commit(engine, run);
  }
  return {};
}

}  // namespace temporal::embedded
