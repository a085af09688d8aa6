#include "temporal/worker/workflow_tasks.h"

namespace temporal::worker {

WorkflowTasks::WorkflowTasks(Setting& setting, std::shared_ptr<ActivityTasks> activities)
    : setting_(setting),
      slots_(setting.options.workflow_slots),
      activities_(std::move(activities)),
      locals_(std::make_shared<LocalActivities>(setting)),
      watchdog_(std::make_shared<Watchdog>(setting.executor, setting.options.deadlock)),
      cache_(setting.options.cached_runs, setting.options.cached_bytes) {}

int WorkflowTasks::cached() const {
  const std::lock_guard lock(mutex_);
  return cache_.size();
}

void WorkflowTasks::take(WorkflowTaskReply task) {
  RunPtr run;
  std::vector<RunPtr> evicted;
  {
    const std::lock_guard lock(mutex_);
    const std::string& id = task.workflow_execution().run_id();
    run = cache_.find(id);
    if (!run) {
      run = std::make_shared<CachedRun>(id, setting_.executor);
      cache_.add(id, run);
    }
    if (run->busy) {
      // A query, or a task in the place of one that the service gave up.
      run->next.push_back(std::move(task));
      return;
    }
    run->busy = true;
    evicted = too_much();
  }
  let_go_all(evicted);
  run->strand->post([self = shared_from_this(), run, task = std::move(task)]() mutable {
    self->begin(run, std::move(task));
  });
}

void WorkflowTasks::begin(const RunPtr& run, WorkflowTaskReply task) {
  run->task = std::move(task);
  run->task_begun = setting_.executor.now();
  ++run->task_number;
  prepare(run);
}

// Takes it out of the cache and destroys it; the CachedRun goes on to be the task's.
void WorkflowTasks::evict(const RunPtr& run) {
  locals_->stop_all(run->run_id);
  run->run.reset();
}

// The task is answered, one way or the other.
void WorkflowTasks::finish(const RunPtr& run) {
  std::optional<WorkflowTaskReply> next;
  std::vector<RunPtr> evicted;
  {
    const std::lock_guard lock(mutex_);
    if (!run->next.empty()) {
      next = std::move(run->next.front());
      run->next.pop_front();
    } else {
      run->busy = false;
      if (!run->run && !run->gone) {
        run->gone = true;
        cache_.erase(run->run_id);
      } else if (!run->gone) {
        cache_.resize(run->run_id, run->run->info().history_bytes);
        evicted = too_much();
      }
    }
  }
  run->task.Clear();
  let_go_all(evicted);
  setting_.gauge("temporal_sticky_cache_size", {}, cached());
  // With the last slot the worker may go, and take the setting along.
  slots_.release();
  if (next) begin(run, std::move(*next));
}

// Takes the runs out of the cache that it has no room for. With the lock.
std::vector<WorkflowTasks::RunPtr> WorkflowTasks::too_much() {
  auto runs = cache_.shrink([](const CachedRun& one) { return one.busy; });
  for (const RunPtr& run : runs) run->gone = true;
  return runs;
}

void WorkflowTasks::let_go_all(const std::vector<RunPtr>& runs) {
  for (const RunPtr& run : runs) {
    setting_.count("temporal_sticky_cache_total_forced_eviction");
    let_go(run);
  }
}

void WorkflowTasks::clear() {
  std::vector<RunPtr> runs;
  {
    const std::lock_guard lock(mutex_);
    for (const RunPtr& run : cache_.all()) {
      if (run->busy) continue;
      run->gone = true;
      cache_.erase(run->run_id);
      runs.push_back(run);
    }
  }
  for (const RunPtr& run : runs) {
    locals_->stop_all(run->run_id);
    let_go(run);
  }
}

void WorkflowTasks::let_go(const RunPtr& run) {
  ++letting_go_;
  run->strand->post([self = shared_from_this(), run] {
    run->run.reset();
    --self->letting_go_;
  });
}

int WorkflowTasks::letting_go() const {
  return letting_go_ + locals_->at_work();
}

}  // namespace temporal::worker
