// Runs that follow a run of the same workflow: retries, cron, continue-as-new.
#include <algorithm>

#include "temporal/data/duration.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/cron.h"
#include "temporal/embedded/start.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;

NewRun follow(Engine& engine, const Run& run, const std::string& run_id, Duration backoff) {
  NewRun next;
  next.run_id = run_id;
  next.parent = run.parent;
  next.root_workflow_id = run.parent ? run.root_workflow_id : "";
  next.root_run_id = run.parent ? run.root_run_id : "";
  next.continued_run_id = run.run_id;
  next.first_run_id = run.first_run_id;
  next.execution_expires = run.execution_expires;
  // No run follows another faster than this, else a loop of runs would spin.
  const Duration lifetime = engine.now() - run.execution_at;
  next.backoff = std::max(backoff, engine.options().reuse_interval() - lifetime);
  StartRequest& request = next.request;
  request.set_request_id(engine.new_id());
  request.set_namespace_(run.namespace_name);
  request.set_workflow_id(run.workflow_id);
  request.mutable_workflow_type()->set_name(run.type);
  request.mutable_task_queue()->set_name(run.queue);
  const auto& start = run.start();
  if (start.has_workflow_execution_timeout()) {
    *request.mutable_workflow_execution_timeout() = start.workflow_execution_timeout();
  }
  if (start.has_workflow_run_timeout()) {
    *request.mutable_workflow_run_timeout() = start.workflow_run_timeout();
  }
  *request.mutable_workflow_task_timeout() = to_proto(run.task_timeout);
  *request.mutable_links() = run.history.at(1).links();
  if (start.has_priority()) *request.mutable_priority() = start.priority();
  return next;
}

void begin_next(Engine& engine, NewRun next) {
  const RunPtr started = begin(engine, std::move(next));
  schedule_first_task(engine, started);
  commit(engine, started);
}

}  // namespace

std::optional<NextRun> next_run_after(Engine& engine, const Run& run, const FailureProto* failure,
                                      const Payloads* result, RetryState& state) {
  const auto& start = run.start();
  state = RETRY_STATE_RETRY_POLICY_NOT_SET;
  if (failure && start.has_retry_policy()) {
    const RetryDecision decision = decide_retry(engine.now(), run.attempt, start.retry_policy(),
                                                run.execution_expires, *failure, false);
    state = decision.state;
    if (state == RETRY_STATE_IN_PROGRESS) {
      return NextRun{engine.new_id(), CONTINUE_AS_NEW_INITIATOR_RETRY, decision.pause, std::nullopt,
                     *failure};
    }
  }
  const auto backoff = cron_backoff(start.cron_schedule(), run.execution_at, engine.now());
  if (!backoff) return std::nullopt;
  NextRun next{engine.new_id(), CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE, *backoff, std::nullopt,
               std::nullopt};
  if (result) next.last_result = *result;
  if (failure) {
    next.failure = *failure;
    if (start.has_last_completion_result()) next.last_result = start.last_completion_result();
  }
  return next;
}

void start_next_run(Engine& engine, const RunPtr& run, const NextRun& next) {
  const auto& start = run->start();
  NewRun follower = follow(engine, *run, next.run_id, next.backoff);
  StartRequest& request = follower.request;
  if (start.has_input()) *request.mutable_input() = start.input();
  if (start.has_header()) *request.mutable_header() = start.header();
  if (start.has_retry_policy()) *request.mutable_retry_policy() = start.retry_policy();
  request.set_cron_schedule(start.cron_schedule());
  if (start.has_memo()) *request.mutable_memo() = start.memo();
  if (start.has_search_attributes()) {
    *request.mutable_search_attributes() = start.search_attributes();
  }
  follower.initiator = next.initiator;
  if (next.initiator == CONTINUE_AS_NEW_INITIATOR_RETRY) follower.attempt = run->attempt + 1;
  follower.last_result = next.last_result;
  follower.last_failure = next.failure;
  begin_next(engine, std::move(follower));
}

void continue_as_new(
    Engine& engine, const RunPtr& run, const std::string& new_run_id,
    const api::command::v1::ContinueAsNewWorkflowExecutionCommandAttributes& command) {
  NewRun follower = follow(engine, *run, new_run_id, from_proto(command.backoff_start_interval()));
  StartRequest& request = follower.request;
  *request.mutable_workflow_type() = command.workflow_type();
  request.mutable_task_queue()->set_name(command.task_queue().name());
  *request.mutable_workflow_run_timeout() = command.workflow_run_timeout();
  *request.mutable_workflow_task_timeout() = command.workflow_task_timeout();
  if (command.has_input()) *request.mutable_input() = command.input();
  if (command.has_header()) *request.mutable_header() = command.header();
  if (command.has_retry_policy()) *request.mutable_retry_policy() = command.retry_policy();
  request.set_cron_schedule(command.cron_schedule());
  if (command.has_memo()) *request.mutable_memo() = command.memo();
  if (command.has_search_attributes()) {
    *request.mutable_search_attributes() = command.search_attributes();
  }
  follower.initiator = command.initiator() == CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED
                           ? CONTINUE_AS_NEW_INITIATOR_WORKFLOW
                           : command.initiator();
  if (command.initiator() == CONTINUE_AS_NEW_INITIATOR_RETRY) follower.attempt = run->attempt + 1;
  if (command.has_last_completion_result()) {
    follower.last_result = command.last_completion_result();
  }
  if (command.has_failure()) follower.last_failure = command.failure();
  begin_next(engine, std::move(follower));
}

}  // namespace temporal::embedded
