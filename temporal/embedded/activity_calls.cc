// How a worker, or anybody who knows its id, answers an activity.
#include "temporal/embedded/activities.h"
#include "temporal/embedded/answers.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/token.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

namespace {

struct Found {
  RunPtr run;
  std::int64_t scheduled_id;
  Activity& activity() const { return run->activities.at(scheduled_id); }
};

Status gone() {
  return not_found(
      "invalid activityID or activity already timed out or invoking workflow is completed");
}

Result<Found> find_by_token(Engine& engine, const std::string& bytes) {
  if (bytes.empty()) return invalid("Task token not set on request.");
  const auto token = Token::read(bytes, "activity-task");
  if (!token) return invalid("Error deserializing task token.");
  const RunPtr run = engine.run_of(token->text(0));
  if (!run) return not_found("workflow execution not found");
  if (!run->running()) return not_found("workflow execution already completed");
  const auto found = run->activities.find(token->number(1));
  if (found == run->activities.end() || !found->second.started ||
      found->second.attempt != token->number(2)) {
    return gone();
  }
  return Found{run, found->first};
}

// `or_waits`: also one that no worker has taken.
template <class Request>
Result<Found> find_by_id(Engine& engine, const Request& request, bool or_waits = false) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  if (request.workflow_id().empty()) return invalid("WorkflowId is not set on request.");
  if (request.activity_id().empty()) return invalid("ActivityId is not set on request.");
  api::common::v1::WorkflowExecution execution;
  execution.set_workflow_id(request.workflow_id());
  execution.set_run_id(request.run_id());
  const auto run = engine.find(request.namespace_(), execution);
  if (!run.ok()) return run.status();
  if (!(*run)->running()) return not_found("workflow execution already completed");
  const auto id = (*run)->activity_ids.find(request.activity_id());
  if (id == (*run)->activity_ids.end()) {
    return not_found("cannot find pending activity with ActivityID " + request.activity_id() +
                     ", check workflow execution history for more details");
  }
  if (!or_waits && !(*run)->activities.at(id->second).started) return gone();
  return Found{*run, id->second};
}

void fail(Engine& engine, const Found& found, const FailureProto& failure,
          const std::string& identity) {
  if (fail_activity(engine, found.run, found.activity(), failure, identity)) {
    commit_and_schedule(engine, found.run);
  } else {
    commit(engine, found.run);
  }
}

// What a payload that is too big does to the activity.
Status fail_for_size(Engine& engine, const Found& found, const char* reason,
                     const std::string& identity) {
  fail(engine, found, server_failure(reason, true), identity);
  return {};
}

template <class Request>
Status complete(Engine& engine, const Found& found, const Request& request) {
  if (request.result().ByteSizeLong() > kMostBlobBytes) {
    return fail_for_size(engine, found, "Complete result exceeds size limit.", request.identity());
  }
  complete_activity(engine, *found.run, found.activity(),
                    request.has_result() ? &request.result() : nullptr, request.identity());
  commit_and_schedule(engine, found.run);
  return {};
}

void progress(Engine& engine, const Found& found, const Payloads* details) {
  Activity& activity = found.activity();
  activity.heartbeat_at = engine.now();
  if (details) {
    activity.heartbeat_details = *details;
  } else {
    activity.heartbeat_details.reset();
  }
  set_deadlines(*found.run, activity);
}

template <class Request, class Reply>
Status fail_with(Engine& engine, const Found& found, const Request& request, Reply& reply) {
  if (request.has_failure() && !request.failure().has_application_failure_info()) {
    return invalid("Failure must have ApplicationFailureInfo.");
  }
  if (request.has_last_heartbeat_details()) {
    if (request.last_heartbeat_details().ByteSizeLong() > kMostBlobBytes) {
      *reply.add_failures() = server_failure("Heartbeat details exceed size limit.", true);
    } else {
      progress(engine, found, &request.last_heartbeat_details());
    }
  }
  FailureProto failure = request.failure();
  if (failure.ByteSizeLong() > kMostBlobBytes) {
    failure = server_failure("Failure exceeds size limit.", true);
    *reply.add_failures() = failure;
  }
  fail(engine, found, failure, request.identity());
  return {};
}

template <class Request>
Status cancel(Engine& engine, const Found& found, const Request& request) {
  if (!found.activity().cancel_requested) {
    return invalid(
        "unable to mark activity as canceled without activity being request canceled first");
  }
  if (request.details().ByteSizeLong() > kMostBlobBytes) {
    return fail_for_size(engine, found, "Cancel details exceed size limit.", request.identity());
  }
  cancel_activity(engine, *found.run, found.activity(),
                  request.has_details() ? &request.details() : nullptr, request.identity());
  commit_and_schedule(engine, found.run);
  return {};
}

template <class Request, class Reply>
Status heartbeat(Engine& engine, const Found& found, const Request& request, Reply& reply) {
  if (request.details().ByteSizeLong() > kMostBlobBytes) {
    reply.set_cancel_requested(true);
    return fail_for_size(engine, found, "Heartbeat details exceed size limit.", request.identity());
  }
  if (!request.identity().empty()) found.activity().last_identity = request.identity();
  reply.set_cancel_requested(found.activity().cancel_requested);
  progress(engine, found, request.has_details() ? &request.details() : nullptr);
  commit(engine, found.run);
  return {};
}

}  // namespace

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::RespondActivityTaskCompletedRequest& request,
              api::workflowservice::v1::RespondActivityTaskCompletedResponse&) {
  const auto found = find_by_token(engine, request.task_token());
  return found.ok() ? complete(engine, *found, request) : found.status();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::RespondActivityTaskCompletedByIdRequest& request,
              api::workflowservice::v1::RespondActivityTaskCompletedByIdResponse&) {
  const auto found = find_by_id(engine, request, true);
  if (!found.ok()) return found.status();
  Activity& activity = found->activity();
  if (!activity.started) {  // as if somebody had taken it
    start_activity(engine, *found->run, activity, request.identity());
    activity.request_id.clear();
  }
  return complete(engine, *found, request);
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::RespondActivityTaskFailedRequest& request,
              api::workflowservice::v1::RespondActivityTaskFailedResponse& reply) {
  const auto found = find_by_token(engine, request.task_token());
  return found.ok() ? fail_with(engine, *found, request, reply) : found.status();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::RespondActivityTaskFailedByIdRequest& request,
              api::workflowservice::v1::RespondActivityTaskFailedByIdResponse& reply) {
  const auto found = find_by_id(engine, request);
  return found.ok() ? fail_with(engine, *found, request, reply) : found.status();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::RespondActivityTaskCanceledRequest& request,
              api::workflowservice::v1::RespondActivityTaskCanceledResponse&) {
  const auto found = find_by_token(engine, request.task_token());
  return found.ok() ? cancel(engine, *found, request) : found.status();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::RespondActivityTaskCanceledByIdRequest& request,
              api::workflowservice::v1::RespondActivityTaskCanceledByIdResponse&) {
  const auto found = find_by_id(engine, request);
  return found.ok() ? cancel(engine, *found, request) : found.status();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::RecordActivityTaskHeartbeatRequest& request,
              api::workflowservice::v1::RecordActivityTaskHeartbeatResponse& reply) {
  const auto found = find_by_token(engine, request.task_token());
  return found.ok() ? heartbeat(engine, *found, request, reply) : found.status();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::RecordActivityTaskHeartbeatByIdRequest& request,
              api::workflowservice::v1::RecordActivityTaskHeartbeatByIdResponse& reply) {
  const auto found = find_by_id(engine, request);
  return found.ok() ? heartbeat(engine, *found, request, reply) : found.status();
}

}  // namespace temporal::embedded
