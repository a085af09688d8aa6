#include "temporal/embedded/change.h"

#include <utility>

#include "temporal/data/duration.h"
#include "temporal/data/payload.h"
#include "temporal/embedded/activities.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/timers.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;

void bound_buffer(Engine& engine, const RunPtr& run) {
  const HistoryStore& history = run->history;
  if (!run->running() || !run->task_started()) return;
  if (history.buffered() <= kMostBufferedEvents && history.buffered_bytes() <= kMostBufferedBytes) {
    return;
  }
  fail_task(engine, *run,
            {.cause = WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
             .failure = {},
             .identity = kHistoryIdentity});
  flush(*run);
  schedule_task(engine, run);
}

void tell_history_waiters(Run& run) {
  std::vector<HistoryWaiter> ready;
  std::erase_if(run.history_waiters, [&](HistoryWaiter& waiter) {
    if (run.running() && run.history.next_id() <= waiter.next_id) return false;
    ready.push_back(std::move(waiter));
    return true;
  });
  for (const HistoryWaiter& waiter : ready) waiter.resume();
}

}  // namespace

const char* beyond_limit(const Run& run) {
  if (!run.running()) return nullptr;
  if (run.history.bytes() > kMostHistoryBytes) return "Workflow history size exceeds limit.";
  if (run.history.next_id() - 1 > kMostEvents) return "Workflow history count exceeds limit.";
  return nullptr;
}

HistoryEvent& add_event(Engine& engine, Run& run, EventType type) {
  auto event = std::make_shared<HistoryEvent>();
  event->set_event_type(type);
  *event->mutable_event_time() = to_proto(engine.now());
  event->set_task_id(engine.new_task_id());
  return run.history.add(std::move(event));
}

void flush(Run& run) {
  for (const auto& [initiated, started] : run.history.flush()) {
    const auto child = run.children.find(initiated);
    if (child != run.children.end()) child->second.started_id = started;
  }
}

void commit(Engine& engine, const RunPtr& run) {
  bound_buffer(engine, run);
  if (run->running()) keep_speculative_task(engine, run);
  if (const char* limit = beyond_limit(*run)) {
    terminate_run(engine, *run, limit, nullptr, kHistoryIdentity);
  }
  if (!run->task_started()) flush(*run);
  run->history.commit();
  if (run->running()) {
    arm_timers(engine, run);
    arm_activities(engine, run);
  } else if (!std::exchange(run->close_handled, true)) {
    handle_close(engine, run);
  }
  tell_history_waiters(*run);
  for (auto& task : std::exchange(run->outbox, {})) engine.later(std::move(task));
}

bool backs_off(const Run& run) {
  return !run.task_pending() && run.previous_started_id == 0 && run.first_task_timer != 0;
}

void schedule_task_if_none(Engine& engine, const RunPtr& run) {
  if (run->running() && !run->task_pending()) schedule_task(engine, run);
}

void commit_and_schedule(Engine& engine, const RunPtr& run) {
  schedule_task_if_none(engine, run);
  commit(engine, run);
}

Payloads text_payloads(const std::string& text) {
  return encode_all(text);
}

}  // namespace temporal::embedded
