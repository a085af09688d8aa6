#include "temporal/embedded/updates.h"

#include <algorithm>
#include <cmath>

#include "temporal/embedded/answers.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;
using api::update::v1::Outcome;
using service::Rpc;

std::string bad_state(const std::string& id, const char* message, UpdateState state) {
  static const char* const names[] = {"Admitted", "Sent", "Accepted", "Completed"};
  return "invalid state transition attempted for Update " + id + ": received *update." + message +
         " message while in state " + names[static_cast<int>(state)];
}

Outcome failure_outcome(const FailureProto& failure) {
  Outcome outcome;
  *outcome.mutable_failure() = failure;
  return outcome;
}

// A rejection leaves nothing behind: the same id may be used again.
void reject(Engine& engine, Run& run, const std::string& id, const FailureProto& failure) {
  const auto found = run.updates.find(id);
  if (found == run.updates.end()) return;
  found->second.outcome = failure_outcome(failure);
  found->second.state = UpdateState::Completed;
  answer_update_waiters(engine, run, id);
  run.updates.erase(id);
}

Stage stage_of(const Update& update) {
  if (update.state == UpdateState::Completed) {
    return UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED;
  }
  return update.state == UpdateState::Accepted ? UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED
                                               : UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ADMITTED;
}

template <class Reply>
void fill(const Run& run, const std::string& id, const Update& update, Reply& reply) {
  auto& ref = *reply.mutable_update_ref();
  ref.mutable_workflow_execution()->set_workflow_id(run.workflow_id);
  ref.mutable_workflow_execution()->set_run_id(run.run_id);
  ref.set_update_id(id);
  reply.set_stage(stage_of(update));
  if (update.outcome) *reply.mutable_outcome() = *update.outcome;
}

void fill_reply(const Call& call, const Run& run, const std::string& id, const Update& update) {
  if (call.rpc == Rpc::UpdateWorkflowExecution) {
    fill(run, id, update, reply_of<Rpc::UpdateWorkflowExecution>(call));
  } else {
    fill(run, id, update, reply_of<Rpc::PollWorkflowExecutionUpdate>(call));
  }
}

// Answers now where the stage is reached, else when it is, or with the stage that is by then.
Answer wait_for(Engine& engine, const RunPtr& run, const std::string& id, Stage stage,
                const CallPtr& call) {
  Update& update = run->updates.at(id);
  if (stage_of(update) >= stage) {
    fill_reply(*call, *run, id, update);
    return done();
  }
  update.waiters.push_back({call, stage});
  engine.hold(
      call,
      [run, id, gone = std::weak_ptr(call)] {
        const auto found = run->updates.find(id);
        if (found == run->updates.end()) return;
        std::erase_if(found->second.waiters,
                      [one = gone.lock()](const Update::Waiter& w) { return w.call == one; });
      },
      kHistoryPollLimit,
      [call, run, id] {
        const auto found = run->updates.find(id);
        if (found != run->updates.end()) fill_reply(*call, *run, id, found->second);
      });
  return std::nullopt;
}

Status accept(Engine& engine, Run& run, const std::string& id,
              const api::update::v1::Acceptance& message, Undo& undo) {
  Update& update = run.updates.at(id);
  if (update.state > UpdateState::Sent) return invalid(bad_state(id, "Acceptance", update.state));
  if (message.accepted_request_sequencing_event_id() == 0) {
    return invalid("invalid *update.Acceptance: accepted_request_sequencing_event_id is not set");
  }
  if (message.accepted_request_message_id().empty()) {
    return invalid("invalid *update.Acceptance: accepted_request_message_id is not set");
  }
  HistoryEvent& event = add_event(engine, run, EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED);
  auto& accepted = *event.mutable_workflow_execution_update_accepted_event_attributes();
  accepted.set_protocol_instance_id(id);
  accepted.set_accepted_request_message_id(id + "/request");
  accepted.set_accepted_request_sequencing_event_id(message.accepted_request_sequencing_event_id());
  if (update.request) *accepted.mutable_accepted_request() = *update.request;
  undo.add([&run, id, state = update.state] { run.updates.at(id).state = state; });
  update.state = UpdateState::Accepted;
  update.accepted_id = event.event_id();
  undo.after_commit([&engine, &run, id] { answer_update_waiters(engine, run, id); });
  return {};
}

Status complete(Engine& engine, Run& run, const std::string& id,
                const api::update::v1::Response& message, Undo& undo) {
  Update& update = run.updates.at(id);
  if (update.state != UpdateState::Accepted) {
    return invalid(bad_state(id, "Response", update.state));
  }
  if (message.meta().update_id() != id) {
    return invalid("invalid *update.Response: meta.update_id != " + id);
  }
  if (!message.has_outcome()) return invalid("invalid *update.Response: outcome is not set");
  auto& completed = *add_event(engine, run, EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED)
                         .mutable_workflow_execution_update_completed_event_attributes();
  *completed.mutable_meta() = message.meta();
  completed.set_accepted_event_id(update.accepted_id);
  *completed.mutable_outcome() = message.outcome();
  undo.add([&run, id, state = update.state] {
    run.updates.at(id).state = state;
    run.updates.at(id).outcome.reset();
  });
  update.state = UpdateState::Completed;
  update.outcome = message.outcome();
  undo.after_commit([&engine, &run, id] { answer_update_waiters(engine, run, id); });
  return {};
}

// An update that this engine does not know any more, of which the worker has the request.
bool resurrect(Run& run, const std::string& id, const api::update::v1::Request& request) {
  if (!request.has_meta()) return false;
  Update update;
  update.order = ++run.last_update_order;
  update.request = request;
  run.updates[id] = std::move(update);
  return true;
}

}  // namespace

bool updates_suggest_continue_as_new(const Run& run) {
  return run.updates.size() >= static_cast<std::size_t>(std::ceil(kMostUpdates * 0.9));
}

bool has_outgoing_updates(const Run& run, bool also_sent) {
  return std::any_of(run.updates.begin(), run.updates.end(), [&](const auto& update) {
    return update.second.state == UpdateState::Admitted ||
           (also_sent && update.second.state == UpdateState::Sent);
  });
}

void send_updates(Run& run, bool also_sent, std::int64_t started_id, Messages& out) {
  std::map<std::uint64_t, std::string> ids;
  for (const auto& [id, update] : run.updates) {
    if (update.state == UpdateState::Admitted || (also_sent && update.state == UpdateState::Sent)) {
      ids[update.order] = id;
    }
  }
  for (const auto& [order, id] : ids) {
    Update& update = run.updates.at(id);
    update.state = UpdateState::Sent;
    if (!update.request) continue;  // it is in the history, as admitted
    api::protocol::v1::Message& message = *out.Add();
    message.set_id(id + "/request");
    message.set_protocol_instance_id(id);
    message.set_event_id(started_id - 1);
    message.mutable_body()->PackFrom(*update.request);
  }
}

Status apply_update_message(Engine& engine, Run& run, const api::protocol::v1::Message& message,
                            Undo& undo) {
  const std::string& id = message.protocol_instance_id();
  api::update::v1::Acceptance acceptance;
  api::update::v1::Rejection rejection;
  api::update::v1::Response response;
  const bool accepts = message.body().UnpackTo(&acceptance);
  const bool rejects = !accepts && message.body().UnpackTo(&rejection);
  const bool responds = !accepts && !rejects && message.body().UnpackTo(&response);
  if (!accepts && !rejects && !responds) {
    return invalid("unsupported protocol message of Update " + id);
  }
  if (!run.updates.contains(id) &&
      !(accepts && resurrect(run, id, acceptance.accepted_request())) &&
      !(rejects && resurrect(run, id, rejection.rejected_request()))) {
    return not_found("update " + id +
                     " wasn't found on the server. This is most likely a transient error which "
                     "will be resolved automatically by retries");
  }
  if (rejects) {
    const UpdateState state = run.updates.at(id).state;
    if (state > UpdateState::Sent) return invalid(bad_state(id, "Rejection", state));
    undo.add([&run, id, state] { run.updates.at(id).state = state; });
    run.updates.at(id).state = UpdateState::Completed;
    undo.after_commit(
        [&engine, &run, id, failure = rejection.failure()] { reject(engine, run, id, failure); });
    return {};
  }
  if (!run.running()) return {};  // it is aborted with the run
  return accepts ? accept(engine, run, id, acceptance, undo)
                 : complete(engine, run, id, response, undo);
}

void reject_unprocessed_updates(Engine& engine, Run& run, Undo& undo) {
  FailureProto failure;
  failure.set_message(
      "Workflow Update is rejected because it wasn't processed by worker. Probably, Workflow "
      "Update is not supported by the worker.");
  failure.set_source("Server");
  failure.mutable_application_failure_info()->set_type("UnprocessedUpdate");
  failure.mutable_application_failure_info()->set_non_retryable(true);
  for (auto& [id, update] : run.updates) {
    if (update.state != UpdateState::Sent) continue;
    undo.add([&run, id = id] { run.updates.at(id).state = UpdateState::Sent; });
    update.state = UpdateState::Completed;
    undo.after_commit([&engine, &run, id = id, failure] { reject(engine, run, id, failure); });
  }
}

void abort_updates(Engine& engine, Run& run, AbortReason reason) {
  FailureProto closed;
  closed.set_message(
      "Workflow Update failed because the Workflow completed before the Update completed.");
  closed.set_source("Server");
  closed.mutable_application_failure_info()->set_type("AcceptedUpdateCompletedWorkflow");
  closed.mutable_application_failure_info()->set_non_retryable(true);
  std::vector<std::string> gone;
  for (auto& [id, update] : run.updates) {
    if (update.state == UpdateState::Completed) continue;
    if (update.state == UpdateState::Accepted) {
      if (reason == AbortReason::TaskFailed) continue;
      update.outcome = failure_outcome(closed);
      update.state = UpdateState::Completed;
      answer_update_waiters(engine, run, id);
      continue;
    }
    // One that the worker has not seen stays: it goes with the next task.
    if (reason == AbortReason::TaskFailed && update.state == UpdateState::Admitted) continue;
    gone.push_back(id);
    for (const Update::Waiter& waiter : std::exchange(update.waiters, {})) {
      const CallPtr call = waiter.call;
      if (reason == AbortReason::TaskFailed) {
        engine.end(call, {Code::FailedPrecondition,
                          "Unable to perform workflow execution update due to unexpected workflow "
                          "task failure."});
      } else if (reason == AbortReason::Continued) {
        engine.end(call, closing());  // the next run gets it when it comes again
      } else {
        engine.end(call, not_found("workflow update was aborted by closing workflow"));
      }
    }
  }
  for (const std::string& id : gone) run.updates.erase(id);
}

void answer_update_waiters(Engine& engine, Run& run, const std::string& id) {
  const auto found = run.updates.find(id);
  if (found == run.updates.end()) return;
  const Update& update = found->second;
  std::vector<CallPtr> ready;
  std::erase_if(found->second.waiters, [&](const Update::Waiter& waiter) {
    if (waiter.stage > stage_of(update)) return false;
    ready.push_back(waiter.call);
    return true;
  });
  for (const CallPtr& call : ready) {
    if (call->ended) continue;
    fill_reply(*call, run, id, update);
    engine.end(call, {});
  }
}

Answer answer(Engine& engine, const CallPtr& call,
              const api::workflowservice::v1::UpdateWorkflowExecutionRequest& request,
              api::workflowservice::v1::UpdateWorkflowExecutionResponse&) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  if (!request.request().has_meta()) return invalid("Update meta is not set on request.");
  if (request.request().meta().update_id().size() > kMostIdBytes) {
    return invalid("UpdateId length exceeds limit.");
  }
  if (!request.request().has_input()) return invalid("Update input is not set on request.");
  if (request.request().input().name().empty())
    return invalid("Update name is not set on request.");
  if (!request.has_wait_policy()) return invalid("WaitPolicy is not set on request.");
  Stage stage = request.wait_policy().lifecycle_stage();
  if (stage == UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_UNSPECIFIED) {
    stage = UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED;
  }
  if (stage == UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ADMITTED) {
    return Status{Code::PermissionDenied,
                  "UpdateWorkflowExecution issued asynchronously and waiting on update admitted is "
                  "not supported."};
  }
  const auto found = engine.find(request.namespace_(), request.workflow_execution());
  if (!found.ok()) return found.status();
  const RunPtr run = *found;
  if (!request.first_execution_run_id().empty() &&
      run->first_run_id != request.first_execution_run_id()) {
    return not_found("workflow execution not found");
  }
  api::update::v1::Request wanted = request.request();
  if (wanted.meta().update_id().empty()) wanted.mutable_meta()->set_update_id(engine.new_id());
  const std::string id = wanted.meta().update_id();
  if (run->updates.contains(id)) return wait_for(engine, run, id, stage, call);
  if (!run->running()) return not_found("workflow execution already completed");
  if (run->task.attempt >= kFailingTaskAttempts) {
    return Status{Code::FailedPrecondition,
                  "Unable to perform workflow execution update due to Workflow Task in failed "
                  "state."};
  }
  if (is_closing(*run)) return closing();
  const auto in_flight = static_cast<std::size_t>(std::count_if(
      run->updates.begin(), run->updates.end(),
      [](const auto& update) { return update.second.state != UpdateState::Completed; }));
  if (in_flight >= kMostUpdatesInFlight) {
    return Status{Code::ResourceExhausted,
                  "limit on number of concurrent in-flight updates has been reached (10)"};
  }
  if (run->updates.size() >= kMostUpdates) {
    return Status{
        Code::FailedPrecondition,
        "The limit on the total number of distinct updates in this workflow has been "
        "reached (2000). Make sure any duplicate updates share an Update ID so the server "
        "can deduplicate them, and consider rejecting updates that you aren't going to "
        "process. You can also Continue-as-New to avoid this; we recommend you check "
        "Continue-as-New Suggested in your Workflow."};
  }
  Update update;
  update.order = ++run->last_update_order;
  update.request = std::move(wanted);
  run->updates[id] = std::move(update);
  // A task that is scheduled takes the update along; one that is started is followed by another.
  if (!run->task_pending()) {
    schedule_task(engine, run, TaskType::Speculative);
    for (auto& task : std::exchange(run->outbox, {})) engine.later(std::move(task));
  }
  return wait_for(engine, run, id, stage, call);
}

Answer answer(Engine& engine, const CallPtr& call,
              const api::workflowservice::v1::PollWorkflowExecutionUpdateRequest& request,
              api::workflowservice::v1::PollWorkflowExecutionUpdateResponse&) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  if (!request.has_update_ref()) return invalid("UpdateRef is not set on request.");
  const auto found = engine.find(request.namespace_(), request.update_ref().workflow_execution());
  if (!found.ok()) return found.status();
  const std::string& id = request.update_ref().update_id();
  if (!(*found)->updates.contains(id)) return not_found("update \"" + id + "\" not found");
  return wait_for(engine, *found, id, request.wait_policy().lifecycle_stage(), call);
}

}  // namespace temporal::embedded
