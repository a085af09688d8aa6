// How a worker answers a workflow task: completed, with commands, or failed.
#include "temporal/data/duration.h"
#include "temporal/embedded/answers.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/completion.h"
#include "temporal/embedded/deprecated.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/queries.h"
#include "temporal/embedded/token.h"
#include "temporal/embedded/updates.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;

// The run whose workflow task this is, if the task is still started.
Result<RunPtr> run_of_token(Engine& engine, const std::string& bytes, const char* if_closed) {
  if (bytes.empty()) return invalid("Task token not set on request.");
  const auto token = Token::read(bytes, "workflow-task");
  if (!token) return invalid("Error deserializing task token.");
  RunPtr run = engine.run_of(token->text(0));
  if (!run) return not_found("workflow execution not found");
  if (!run->running()) return not_found(if_closed);
  const WorkflowTask& task = run->task;
  if (!run->task_started() || task.scheduled_id != token->number(1) ||
      task.started_id != token->number(2) || task.attempt != token->number(3) ||
      task.started_at.time_since_epoch().count() != token->number(4)) {
    return not_found("Workflow task not found.");
  }
  return run;
}

bool ends_run(const Command& command) {
  switch (command.command_type()) {
    case COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION:
    case COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION:
    case COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION:
    case COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION:
      return true;
    default:
      return false;
  }
}

Status check_sequence(const CompletedRequest& request) {
  const Command* end = nullptr;
  for (const Command& command : request.commands()) {
    if (end) {
      std::string all;
      for (const Command& one : request.commands()) {
        all += (all.empty() ? "" : ", ") + name_of(one.command_type());
      }
      return invalid("invalid command sequence: [" + all + "], command " +
                     name_of(end->command_type()) + " must be the last command.");
    }
    if (ends_run(command)) end = &command;
    if (command.command_type() == COMMAND_TYPE_UNSPECIFIED ||
        command.command_type() >= COMMAND_TYPE_SCHEDULE_NEXUS_OPERATION) {
      return invalid("unknown command type: " + name_of(command.command_type()));
    }
  }
  return {};
}

// What a completion that turns out to be bad goes back to.
struct Before {
  explicit Before(const Run& run)
      : history(run.history.mark()),
        task(run.task),
        previous_started_id(run.previous_started_id),
        sticky_queue(run.sticky_queue),
        sticky_timeout(run.sticky_timeout),
        close_attempted(run.close_attempted) {}
  void restore(Engine& engine, const RunPtr& run) const {
    run->history.back_to(history);
    run->previous_started_id = previous_started_id;
    run->sticky_queue = sticky_queue;
    run->sticky_timeout = sticky_timeout;
    run->close_attempted = close_attempted;
    run->outbox.clear();
    restore_task(engine, run, task);
  }

  HistoryStore::Mark history;
  WorkflowTask task;
  std::int64_t previous_started_id;
  std::string sticky_queue;
  Duration sticky_timeout;
  bool close_attempted;
};

Status fail(Engine& engine, const RunPtr& run, const CompletedRequest& request,
            const Completion::Failed& failed, int attempt) {
  abort_updates(engine, *run, AbortReason::TaskFailed);
  // One that keeps failing is left to its timeout, which paces the attempts.
  if (attempt > 1 && failed.cause != WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND) {
    return invalid(failed.message);
  }
  FailureProto failure = server_failure(failed.message);
  failure.clear_source();
  fail_task(engine, *run,
            {.cause = failed.cause,
             .failure = failure,
             .identity = request.identity(),
             .binary_checksum = request.binary_checksum()});
  if (failed.terminate) {
    flush(*run);
    terminate_run(engine, *run, failed.message, nullptr, kHistoryIdentity);
  } else {
    schedule_task(engine, run);
  }
  answer_queries(engine, run, request.query_results());
  commit(engine, run);
  if (!run->task_pending()) redirect_queries(engine, run);
  return invalid(failed.message);
}

void start_inline(Engine& engine, const RunPtr& run, const std::string& identity) {
  start_task(engine, run, "request-from-RespondWorkflowTaskCompleted", current_queue(*run),
             identity);
}

}  // namespace

Answer answer(Engine& engine, const CallPtr&, const CompletedRequest& request,
              CompletedReply& reply) {
  const auto found = run_of_token(engine, request.task_token(), "Workflow task not found.");
  if (!found.ok()) return found.status();
  const RunPtr run = *found;
  const Before before(*run);
  if (Status bad = check_sequence(request); !bad.ok()) {
    // The worker forgets the run, and what it reads again has no speculative events.
    if (run->task.type == TaskType::Speculative) clear_sticky(*run);
    return bad;
  }
  const bool heartbeat = request.force_create_new_workflow_task() && request.commands().empty() &&
                         request.messages().empty();
  const bool too_long =
      heartbeat && engine.now() > before.task.original_scheduled_at + kTaskHeartbeatLimit;
  std::int64_t completed_id = 0;
  if (too_long) {
    time_out_task(engine, *run);
    completed_id = run->history.next_id() - 1;
  } else {
    completed_id = complete_task(engine, *run, request);
  }
  const auto& sticky = request.sticky_attributes();
  if (too_long || !sticky.has_worker_task_queue()) {
    clear_sticky(*run);
  } else {
    run->sticky_queue = sticky.worker_task_queue().name();
    run->sticky_timeout = from_proto(sticky.schedule_to_start_timeout());
  }

  Completion completion(engine, run, request, completed_id);
  if (const auto failed = completion.apply()) {
    completion.undo().roll_back();
    before.restore(engine, run);
    if (failed->refusal) return *failed->refusal;
    return fail(engine, run, request, *failed, before.task.attempt);
  }

  const bool handed_on = request.return_new_workflow_task();
  bool task_follows = run->running() && (request.force_create_new_workflow_task() ||
                                         completion.blocked() || completion.needs_task());
  bool speculative = run->running() && !task_follows && has_outgoing_updates(*run, true);
  if (speculative && !handed_on) {  // only what is handed on needs no task in a queue
    speculative = false;
    task_follows = true;
  }
  completion.hand_over(reply);
  if (task_follows) {
    schedule_task(
        engine, run, TaskType::Normal, handed_on,
        heartbeat && !too_long ? std::optional(before.task.original_scheduled_at) : std::nullopt);
    if (handed_on) start_inline(engine, run, request.identity());
  }
  if (const char* limit = beyond_limit(*run)) {
    completion.undo().roll_back();
    before.restore(engine, run);
    reply.Clear();
    terminate_run(engine, *run, limit, nullptr, kHistoryIdentity);
    commit(engine, run);
    return invalid(limit);
  }
  answer_queries(engine, run, request.query_results());
  if (completed_id != 0 || task_follows) commit(engine, run);
  completion.undo().committed();
  if (speculative) {
    schedule_task(engine, run, TaskType::Speculative, true);
    start_inline(engine, run, request.identity());
  }
  if (!task_follows && !speculative) redirect_queries(engine, run);
  if (too_long) return not_found("workflow task heartbeat timeout");
  if (handed_on && (task_follows || speculative)) {
    fill_task(*run, true, request.force_create_new_workflow_task(), *reply.mutable_workflow_task());
  }
  if (completed_id == 0) reply.set_reset_history_event_id(run->previous_started_id);
  return done();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::RespondWorkflowTaskFailedRequest& request,
              api::workflowservice::v1::RespondWorkflowTaskFailedResponse&) {
  const auto found =
      run_of_token(engine, request.task_token(), "workflow execution already completed");
  if (!found.ok()) return found.status();
  const RunPtr run = *found;
  FailureProto failure = request.failure();
  if (failure.ByteSizeLong() > kMostBlobBytes) {
    failure = server_failure("Failure exceeds size limit.", true);
  }
  fail_task(engine, *run,
            {.cause = request.cause(),
             .failure = failure,
             .identity = request.identity(),
             .binary_checksum = request.binary_checksum()});
  commit_and_schedule(engine, run);
  return done();
}

}  // namespace temporal::embedded
