#include "temporal/embedded/task_queue.h"

#include <algorithm>

#include "temporal/embedded/activities.h"
#include "temporal/embedded/engine.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

namespace {

bool deliver(Engine& engine, QueueKind kind, const QueueTask& task, const CallPtr& poll) {
  if (task.query) return deliver_query(task.query, poll);
  if (kind == QueueKind::Workflow) return deliver_task(engine, task.run, task.scheduled_id, poll);
  return deliver_activity(engine, task.run, task.scheduled_id, task.attempt, poll);
}

// Queries come first.
std::optional<QueueTask> take_first(TaskQueue& queue) {
  for (auto* tasks : {&queue.queries, &queue.tasks}) {
    if (tasks->empty()) continue;
    QueueTask task = std::move(tasks->front());
    tasks->pop_front();
    return task;
  }
  return std::nullopt;
}

bool polled_lately(const TaskQueue& queue, TimePoint now) {
  return queue.last_poll && now - *queue.last_poll < kStickyWorkerGone;
}

}  // namespace

void TaskQueues::forget_unused(TimePoint now) {
  if (now - forgotten_at_ < kStickyWorkerGone) return;
  forgotten_at_ = now;
  std::erase_if(queues_, [&](const auto& one) {
    const TaskQueue& queue = one.second;
    return queue.queries.empty() && queue.tasks.empty() && queue.polls.empty() &&
           !polled_lately(queue, now);
  });
}

// While a task is delivered, its poll is not in the queue: what the delivery brings about may come
// to the same queue, and would take it.
void offer(Engine& engine, const std::string& queue, QueueKind kind, QueueTask task) {
  TaskQueue& queued = engine.queues().at(task.run->namespace_name, queue, kind);
  (task.query ? queued.queries : queued.tasks).push_back(std::move(task));
  while (!queued.polls.empty()) {
    const auto next = take_first(queued);
    if (!next) return;
    const CallPtr poll = queued.polls.front();
    queued.polls.pop_front();
    if (deliver(engine, kind, *next, poll)) {
      engine.end(poll, {});
    } else {
      queued.polls.push_front(poll);
    }
  }
}

bool has_worker(Engine& engine, const std::string& namespace_name, const std::string& queue) {
  const TaskQueue* found = engine.queues().find(namespace_name, queue, QueueKind::Workflow);
  return found && (!found->polls.empty() || polled_lately(*found, engine.now()));
}

Answer take(Engine& engine, const CallPtr& poll, const std::string& namespace_name,
            const std::string& queue, QueueKind kind, const std::string& poller) {
  TaskQueue& queued = engine.queues().at(namespace_name, queue, kind);
  const auto note = [&engine, &queued, poller] {
    queued.last_poll = engine.now();
    if (!poller.empty()) queued.pollers[poller] = engine.now();
  };
  note();
  while (const auto task = take_first(queued)) {
    if (deliver(engine, kind, *task, poll)) return done();
  }
  queued.polls.push_back(poll);
  engine.hold(
      poll,
      [&queued, note, gone = std::weak_ptr(poll)] {
        std::erase(queued.polls, gone.lock());
        note();
      },
      kPollLimit, [] {});
  return std::nullopt;
}

}  // namespace temporal::embedded
