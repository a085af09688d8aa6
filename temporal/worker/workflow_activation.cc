// The work of a workflow task.
#include "temporal/worker/workflow_tasks.h"

namespace temporal::worker {

void WorkflowTasks::activate(const RunPtr& run) {
  if (!run->task.has_query()) {
    run->run->begin(run->task.previous_started_event_id(),
                    {run->task.messages().begin(), run->task.messages().end()});
  }
  if (!advance(run)) return;
  // Never answered as if its events had been seen: nothing would wake the workflow again.
  if (!run->task.has_query() && !run->run->problem() && !run->run->live()) {
    fail(run, {api::enums::v1::WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED,
               Failure("the history is not whole: expected event " +
                       std::to_string(run->task.started_event_id()) +
                       ", which starts the task, as the last; found event " +
                       std::to_string(run->run->next_event_id() - 1))});
    return;
  }
  advanced(run);
}

// Lets the code run, watched. False: it was stuck, and the task has been answered for it.
bool WorkflowTasks::advance(const RunPtr& run) {
  const std::uint64_t watched =
      watchdog_->begin([this, run, number = run->task_number, answer_to = AnswerTo(run->task)] {
        run->stuck = number;
        stuck(answer_to);
      });
  run->run->advance();
  watchdog_->end(watched);
  if (run->stuck == run->task_number) {
    if (run->heartbeat != 0) setting_.executor.cancel(std::exchange(run->heartbeat, 0));
    evict(run);
    finish(run);
    return false;
  }
  return true;
}

// The code has not come back: the task is answered for it.
void WorkflowTasks::stuck(const AnswerTo& to) {
  const auto limit =
      std::chrono::duration_cast<std::chrono::milliseconds>(setting_.options.deadlock);
  const std::string what = "[TMPRL1101] deadlock: the code of " + to.name +
                           " has run for longer than " + std::to_string(limit.count()) +
                           " ms without waiting; what blocks or computes for long belongs in an "
                           "activity";
  setting_.log(wf::LogLevel::Error, what);
  setting_.count("temporal_workflow_task_execution_failed", {{"failure_reason", "WorkflowError"}});
  if (to.query) {
    send_query_answer(to.token, Failure(what, "Deadlock"), [] {});
  } else {
    send_failure(to, {api::enums::v1::WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
                      Failure(what, "Deadlock")});
  }
}

void WorkflowTasks::advanced(const RunPtr& run) {
  if (run->run->problem()) {
    fail(run, *run->run->problem());
    return;
  }
  for (const replay::LocalActivityTask& task : run->run->to_run()) {
    locals_->start(
        task, run->run->info(),
        [self = shared_from_this(), run,
         first = task.attempt](const replay::LocalActivityEnd& end) {
          run->strand->post([self, run, end, first] {
            if (!run->run) return;  // evicted
            run->local_retries += end.attempt - first;
            run->run->end_local(end);  // taken up now, or by the next task
            if (run->answering || run->task.task_token().empty() || run->run->waits_for_history()) {
              return;
            }
            if (self->advance(run)) self->advanced(run);
          });
        });
  }
  // Behind those that start: a call may be canceled before it was given to the worker.
  for (const std::int64_t seq : run->run->to_stop()) {
    locals_->stop(
        run->run_id, seq,
        run->run->waits_for(seq) ? LocalActivities::Stop::Wait : LocalActivities::Stop::GoOn);
  }
  if (run->run->waits_for_local()) {
    giving_up_ ? give_up(run) : keep_alive(run);
    return;
  }
  if (run->task.has_query()) {
    answer_query(run);
  } else {
    answer(run, /*heartbeat=*/false);
  }
}

void WorkflowTasks::give_up(const RunPtr& run) {
  setting_.log(wf::LogLevel::Warn,
               name_of(run->task) + ": the worker stops before its local activities have ended");
  if (run->heartbeat != 0) setting_.executor.cancel(std::exchange(run->heartbeat, 0));
  evict(run);
  finish(run);
}

void WorkflowTasks::give_up_locals() {
  giving_up_ = true;
  std::vector<RunPtr> runs;
  {
    const std::lock_guard lock(mutex_);
    runs = cache_.all();
  }
  for (const RunPtr& run : runs) {
    run->strand->post([self = shared_from_this(), run] {
      if (!run->run || run->answering || run->task.task_token().empty()) return;
      if (!run->run->waits_for_history() && run->run->waits_for_local()) self->give_up(run);
    });
  }
}

// While local activities run, the service gives the task up unless it hears of it: at 0.8 of its
// timeout it gets what there is, and gives a new task.
void WorkflowTasks::keep_alive(const RunPtr& run) {
  if (run->heartbeat != 0) return;
  Duration timeout = run->run->info().task_timeout;
  if (timeout <= Duration::zero()) timeout = std::chrono::seconds(10);
  const Duration left = run->task_begun + timeout * 4 / 5 - setting_.executor.now();
  run->heartbeat =
      setting_.executor.after(left, [self = shared_from_this(), run, number = run->task_number] {
        run->strand->post([self, run, number] {
          if (run->task_number != number || !run->run || run->answering) return;
          run->heartbeat = 0;
          self->answer(run, /*heartbeat=*/true);
        });
      });
}

}  // namespace temporal::worker
