#include "temporal/embedded/workflow_task.h"

#include <algorithm>

#include "temporal/data/duration.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/deprecated.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/updates.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;

Duration timeout_of(const Run& run, int attempt) {
  if (attempt <= kTaskRetryFreeAttempts) return run.task_timeout;
  Duration pause = kTaskRetryInitial;
  for (int i = kTaskRetryFreeAttempts + 1; i < attempt && pause < kTaskRetryMost; ++i) pause *= 2;
  return run.task_timeout + std::min(pause, kTaskRetryMost);
}

HistoryEvent& add_scheduled(Engine& engine, Run& run, const api::taskqueue::v1::TaskQueue& queue,
                            int attempt, TimePoint time) {
  HistoryEvent& event = add_event(engine, run, EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
  *event.mutable_event_time() = to_proto(time);
  auto& scheduled = *event.mutable_workflow_task_scheduled_event_attributes();
  *scheduled.mutable_task_queue() = queue;
  *scheduled.mutable_start_to_close_timeout() = to_proto(run.task.timeout);
  scheduled.set_attempt(attempt);
  return event;
}

HistoryEvent& add_started(Engine& engine, Run& run, std::int64_t scheduled_id,
                          const std::string& identity) {
  HistoryEvent& event = add_event(engine, run, EVENT_TYPE_WORKFLOW_TASK_STARTED);
  *event.mutable_event_time() = to_proto(run.task.started_at);
  auto& started = *event.mutable_workflow_task_started_event_attributes();
  started.set_scheduled_event_id(scheduled_id);
  started.set_identity(identity);
  started.set_request_id(run.task.request_id);
  started.set_suggest_continue_as_new(run.task.suggest_continue_as_new);
  started.set_history_size_bytes(run.task.history_bytes);
  run.history.end_batch();
  return event;
}

// The events of a task that has none yet.
void write_task(Engine& engine, Run& run, const std::string& identity) {
  run.task.scheduled_id =
      add_scheduled(engine, run, current_queue(run), run.task.attempt, run.task.scheduled_at)
          .event_id();
  if (run.task.started_id == 0) return;
  run.task.started_id = add_started(engine, run, run.task.scheduled_id, identity).event_id();
}

void drop_task(Engine& engine, Run& run, int attempt) {
  engine.stop(run.task_timer);
  if (run.task_started()) run.close_attempted = false;
  const TimePoint original = run.task.original_scheduled_at;
  run.task = {};
  run.task.attempt = attempt;
  run.task.original_scheduled_at = original;
}

// A task that fails on a sticky queue is tried again at once on the normal one.
void drop_failed_task(Engine& engine, Run& run, bool count) {
  if (!run.sticky_queue.empty()) count = false;
  clear_sticky(run);
  drop_task(engine, run, count ? run.task.attempt + 1 : 1);
}

void arm(Engine& engine, const RunPtr& run, TimePoint time, bool started) {
  engine.stop(run->task_timer);
  run->task_timer = engine.at(
      time, [&engine, run, started, id = run->task.scheduled_id, attempt = run->task.attempt] {
        const WorkflowTask& task = run->task;
        if (!run->running() || task.scheduled_id != id || task.attempt != attempt) return;
        if (run->task_started() != started) return;
        if (started) {
          time_out_task(engine, *run);
        } else {
          if (task.type == TaskType::Speculative) write_task(engine, *run, "");
          auto& out = *add_event(engine, *run, EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT)
                           .mutable_workflow_task_timed_out_event_attributes();
          out.set_scheduled_event_id(run->task.scheduled_id);
          out.set_timeout_type(TIMEOUT_TYPE_SCHEDULE_TO_START);
          drop_failed_task(engine, *run, false);
        }
        commit_and_schedule(engine, run);
      });
}

void dispatch(Engine& engine, const RunPtr& run) {
  run->outbox.push_back([&engine, run, id = run->task.scheduled_id, sticky = run->sticky_queue] {
    if (!run->running() || run->task.scheduled_id != id || run->task_started()) return;
    const bool to_sticky = !sticky.empty() && has_worker(engine, run->namespace_name, sticky);
    offer(engine, to_sticky ? sticky : run->queue, QueueKind::Workflow, {run, id, 0, nullptr});
  });
}

// Dropping the task leaves no trace: only rejections came back, and not too much was shown.
bool can_drop(const Run& run, TaskType type,
              const api::workflowservice::v1::RespondWorkflowTaskCompletedRequest& request) {
  if (type != TaskType::Speculative || request.commands_size() != 0 ||
      request.force_create_new_workflow_task()) {
    return false;
  }
  const std::int64_t extra = request.capabilities().discard_speculative_workflow_task_with_events()
                                 ? kMostDiscardedEvents
                                 : 0;
  if (run.history.next_id() > run.previous_started_id + 2 + extra) return false;
  return std::all_of(request.messages().begin(), request.messages().end(), [](const auto& message) {
    return message.body().template Is<api::update::v1::Rejection>();
  });
}

}  // namespace

void clear_sticky(Run& run) {
  run.sticky_queue.clear();
  run.sticky_timeout = {};
}

api::taskqueue::v1::TaskQueue current_queue(const Run& run) {
  api::taskqueue::v1::TaskQueue queue;
  if (run.sticky_queue.empty()) {
    queue.set_name(run.queue);
    queue.set_kind(TASK_QUEUE_KIND_NORMAL);
  } else {
    queue.set_name(run.sticky_queue);
    queue.set_kind(TASK_QUEUE_KIND_STICKY);
    queue.set_normal_name(run.queue);
  }
  return queue;
}

FailureProto server_failure(const std::string& message, bool non_retryable) {
  FailureProto failure;
  failure.set_message(message);
  failure.set_source("Server");
  failure.mutable_server_failure_info()->set_non_retryable(non_retryable);
  return failure;
}

void schedule_task(Engine& engine, const RunPtr& run, TaskType type, bool handed_on,
                   std::optional<TimePoint> original) {
  // With events in between, a transient or speculative task would have the wrong ids.
  if (run->history.has_buffer()) {
    run->task.attempt = 1;
    type = TaskType::Normal;
    flush(*run);
  }
  const int attempt = run->task.attempt;
  run->task = {};
  run->task.attempt = attempt;
  run->task.type = type;
  run->task.timeout = timeout_of(*run, attempt);
  run->task.scheduled_at = engine.now();
  run->task.original_scheduled_at = original.value_or(engine.now());
  run->task.scheduled_id = run->history.next_id();
  if (attempt == 1 && type == TaskType::Normal) {
    add_scheduled(engine, *run, current_queue(*run), attempt, engine.now());
  }
  if (handed_on) return;
  if (!run->sticky_queue.empty()) {
    arm(engine, run, later(engine.now(), run->sticky_timeout), false);
  } else if (type == TaskType::Speculative) {
    arm(engine, run, engine.now() + kSpeculativeScheduleToStart, false);
  }
  dispatch(engine, run);
}

void start_task(Engine& engine, const RunPtr& run, const std::string& request_id,
                const api::taskqueue::v1::TaskQueue& queue, const std::string& identity) {
  WorkflowTask& task = run->task;
  HistoryStore& history = run->history;
  engine.stop(run->task_timer);
  task.started_at = engine.now();
  task.request_id = request_id;
  task.identity = identity;
  task.history_bytes = history.bytes();
  task.suggest_continue_as_new = history.bytes() >= kSuggestContinueAsNewBytes ||
                                 history.next_id() >= kSuggestContinueAsNewEvents ||
                                 updates_suggest_continue_as_new(*run);
  bool written = !run->task_transient() && task.type == TaskType::Normal;
  if (!written && task.scheduled_id != history.next_id()) {  // events have come in between
    task.attempt = 1;
    task.type = TaskType::Normal;
    written = true;
    task.scheduled_id = add_scheduled(engine, *run, queue, 1, engine.now()).event_id();
  }
  task.started_id = written ? add_started(engine, *run, task.scheduled_id, identity).event_id()
                            : task.scheduled_id + 1;
  arm(engine, run, task.started_at + task.timeout, true);
}

std::int64_t fail_task(Engine& engine, Run& run, const TaskFailure& failure) {
  if (run.task.type == TaskType::Speculative) write_task(engine, run, failure.identity);
  std::int64_t id = run.history.next_id() - 1;
  if (!run.task_transient()) {
    HistoryEvent& event = add_event(engine, run, EVENT_TYPE_WORKFLOW_TASK_FAILED);
    id = event.event_id();
    auto& failed = *event.mutable_workflow_task_failed_event_attributes();
    failed.set_scheduled_event_id(run.task.scheduled_id);
    failed.set_started_event_id(run.task.started_id);
    failed.set_cause(failure.cause);
    if (failure.failure.ByteSizeLong() != 0) *failed.mutable_failure() = failure.failure;
    failed.set_identity(failure.identity);
    failed.set_base_run_id(failure.base_run_id);
    failed.set_new_run_id(failure.new_run_id);
    failed.set_fork_event_version(failure.fork_version);
    failed.set_binary_checksum(failure.binary_checksum);
  }
  drop_failed_task(engine, run, true);
  if (failure.cause == WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW) run.task.attempt = 1;
  run.close_attempted = failure.cause == WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND;
  return id;
}

void time_out_task(Engine& engine, Run& run) {
  if (run.task.type == TaskType::Speculative) write_task(engine, run, "");
  if (!run.task_transient()) {
    auto& out = *add_event(engine, run, EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT)
                     .mutable_workflow_task_timed_out_event_attributes();
    out.set_scheduled_event_id(run.task.scheduled_id);
    out.set_started_event_id(run.task.started_id);
    out.set_timeout_type(TIMEOUT_TYPE_START_TO_CLOSE);
  }
  drop_failed_task(engine, run, true);
}

std::int64_t complete_task(
    Engine& engine, Run& run,
    const api::workflowservice::v1::RespondWorkflowTaskCompletedRequest& request) {
  const TaskType type = run.task.type;
  if (can_drop(run, type, request)) {
    drop_task(engine, run, 1);
    return 0;
  }
  if (run.task_transient() || type == TaskType::Speculative) {
    write_task(engine, run, request.identity());
  }
  const std::int64_t scheduled = run.task.scheduled_id;
  const std::int64_t started = run.task.started_id;
  drop_task(engine, run, 1);
  HistoryEvent& event = add_event(engine, run, EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
  auto& completed = *event.mutable_workflow_task_completed_event_attributes();
  completed.set_scheduled_event_id(scheduled);
  completed.set_started_event_id(started);
  completed.set_identity(request.identity());
  completed.set_binary_checksum(request.binary_checksum());
  if (request.has_worker_version_stamp()) {
    *completed.mutable_worker_version() = request.worker_version_stamp();
  }
  if (request.has_sdk_metadata()) *completed.mutable_sdk_metadata() = request.sdk_metadata();
  if (request.has_metering_metadata()) {
    *completed.mutable_metering_metadata() = request.metering_metadata();
  }
  run.previous_started_id = started;
  return event.event_id();
}

void restore_task(Engine& engine, const RunPtr& run, const WorkflowTask& before) {
  run->task = before;
  arm(engine, run, before.started_at + before.timeout, true);
}

void keep_speculative_task(Engine& engine, const RunPtr& run) {
  if (!run->task_pending() || run->task.type != TaskType::Speculative) return;
  run->task.type = TaskType::Normal;
  write_task(engine, *run, "");
}

}  // namespace temporal::embedded
