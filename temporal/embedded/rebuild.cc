#include "temporal/embedded/rebuild.h"

#include "temporal/data/duration.h"
#include "temporal/embedded/activities.h"
#include "temporal/embedded/attributes.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/start.h"
#include "temporal/embedded/timers.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;

void task_event(Run& run, const HistoryEvent& e) {
  WorkflowTask& task = run.task;
  switch (e.event_type()) {
    case EVENT_TYPE_WORKFLOW_TASK_SCHEDULED: {
      const auto& scheduled = e.workflow_task_scheduled_event_attributes();
      task = {};
      task.scheduled_id = e.event_id();
      task.timeout = from_proto(scheduled.start_to_close_timeout());
      task.scheduled_at = task.original_scheduled_at = from_proto(e.event_time());
      break;
    }
    case EVENT_TYPE_WORKFLOW_TASK_STARTED: {
      const auto& started = e.workflow_task_started_event_attributes();
      task.started_id = e.event_id();
      task.started_at = from_proto(e.event_time());
      task.request_id = started.request_id();
      task.identity = started.identity();
      break;
    }
    case EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
      run.previous_started_id = e.workflow_task_completed_event_attributes().started_event_id();
      task = {};
      break;
    default:  // failed, timed out: a reset begins with a first attempt
      task = {};
  }
}

void update_event(Run& run, const HistoryEvent& e) {
  if (e.event_type() == EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED) {
    Update& update =
        run.updates
            [e.workflow_execution_update_admitted_event_attributes().request().meta().update_id()];
    update.order = ++run.last_update_order;
  } else if (e.event_type() == EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED) {
    const auto& accepted = e.workflow_execution_update_accepted_event_attributes();
    Update& update = run.updates[accepted.protocol_instance_id()];
    update.state = UpdateState::Accepted;
    update.accepted_id = e.event_id();
  } else {
    const auto& completed = e.workflow_execution_update_completed_event_attributes();
    Update& update = run.updates[completed.meta().update_id()];
    update.state = UpdateState::Completed;
    update.outcome = completed.outcome();
  }
}

void child_event(Run& run, const EventPtr& event) {
  const HistoryEvent& e = *event;
  switch (e.event_type()) {
    case EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
      run.children[e.event_id()] = {
          event, 0, e.start_child_workflow_execution_initiated_event_attributes().workflow_id(),
          ""};
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED: {
      const auto& started = e.child_workflow_execution_started_event_attributes();
      Child& child = run.children[started.initiated_event_id()];
      child.started_id = e.event_id();
      child.run_id = started.workflow_execution().run_id();
      break;
    }
    case EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED:
      run.children.erase(
          e.start_child_workflow_execution_failed_event_attributes().initiated_event_id());
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED:
      run.children.erase(
          e.child_workflow_execution_completed_event_attributes().initiated_event_id());
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED:
      run.children.erase(e.child_workflow_execution_failed_event_attributes().initiated_event_id());
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED:
      run.children.erase(
          e.child_workflow_execution_canceled_event_attributes().initiated_event_id());
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT:
      run.children.erase(
          e.child_workflow_execution_timed_out_event_attributes().initiated_event_id());
      break;
    default:
      run.children.erase(
          e.child_workflow_execution_terminated_event_attributes().initiated_event_id());
  }
}

void attributes_event(Run& run, const HistoryEvent& e) {
  if (e.event_type() == EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES) {
    merge(run.search_attributes, e.upsert_workflow_search_attributes_event_attributes()
                                     .search_attributes()
                                     .indexed_fields());
  } else {
    merge(run.memo, e.workflow_properties_modified_event_attributes().upserted_memo().fields());
  }
}

void apply(Engine& engine, Run& run, const EventPtr& event) {
  const HistoryEvent& e = *event;
  switch (e.event_type()) {
    case EVENT_TYPE_WORKFLOW_TASK_SCHEDULED:
    case EVENT_TYPE_WORKFLOW_TASK_STARTED:
    case EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
    case EVENT_TYPE_WORKFLOW_TASK_FAILED:
    case EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
      return task_event(run, e);
    case EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
      add_activity(engine, run, event);  // as if it were scheduled now: it starts anew
      return;
    case EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED: {
      const auto& requested = e.activity_task_cancel_requested_event_attributes();
      const auto found = run.activities.find(requested.scheduled_event_id());
      if (found == run.activities.end()) return;
      found->second.cancel_requested = true;
      found->second.cancel_requested_id = e.event_id();
      return;
    }
    case EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
      return remove_activity(engine, run,
                             e.activity_task_completed_event_attributes().scheduled_event_id());
    case EVENT_TYPE_ACTIVITY_TASK_FAILED:
      return remove_activity(engine, run,
                             e.activity_task_failed_event_attributes().scheduled_event_id());
    case EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
      return remove_activity(engine, run,
                             e.activity_task_timed_out_event_attributes().scheduled_event_id());
    case EVENT_TYPE_ACTIVITY_TASK_CANCELED:
      return remove_activity(engine, run,
                             e.activity_task_canceled_event_attributes().scheduled_event_id());
    case EVENT_TYPE_TIMER_STARTED: {
      const auto& started = e.timer_started_event_attributes();
      return add_timer(run, started.timer_id(),
                       {e.event_id(), later(from_proto(e.event_time()),
                                            from_proto(started.start_to_fire_timeout()))});
    }
    case EVENT_TYPE_TIMER_FIRED:
      return remove_timer(run, e.timer_fired_event_attributes().timer_id());
    case EVENT_TYPE_TIMER_CANCELED:
      return remove_timer(run, e.timer_canceled_event_attributes().timer_id());
    case EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
    case EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED:
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED:
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED:
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED:
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED:
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT:
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED:
      return child_event(run, event);
    case EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
      run.cancels[e.event_id()] = event;
      return;
    case EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED:
      run.cancels.erase(e.request_cancel_external_workflow_execution_failed_event_attributes()
                            .initiated_event_id());
      return;
    case EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
      run.cancels.erase(
          e.external_workflow_execution_cancel_requested_event_attributes().initiated_event_id());
      return;
    case EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
      run.signals[e.event_id()] = event;
      return;
    case EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED:
      run.signals.erase(
          e.signal_external_workflow_execution_failed_event_attributes().initiated_event_id());
      return;
    case EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED:
      run.signals.erase(
          e.external_workflow_execution_signaled_event_attributes().initiated_event_id());
      return;
    case EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
      ++run.signal_count;
      return;
    case EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
      run.cancel_requested = true;
      return;
    case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
      return update_event(run, e);
    case EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
    case EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED:
      return attributes_event(run, e);
    default:
      return;
  }
}

}  // namespace

RunPtr rebuild(Engine& engine, const Run& base, std::int64_t next, const std::string& run_id) {
  auto run = std::make_shared<Run>();
  run->namespace_name = base.namespace_name;
  run->workflow_id = base.workflow_id;
  run->run_id = run_id;
  run->first_run_id = base.first_run_id;
  run->type = base.type;
  run->queue = base.queue;
  run->started_at = run->execution_at = engine.now();
  run->attempt = base.attempt;
  run->from_reset = true;
  run->execution_timeout = base.execution_timeout;
  run->run_timeout = base.run_timeout;
  run->task_timeout = base.task_timeout;
  if (run->execution_timeout != Duration::zero()) {
    run->execution_expires = later(engine.now(), run->execution_timeout);
  }
  set_expiry(*run);
  run->parent = base.parent;
  run->root_workflow_id = base.root_workflow_id;
  run->root_run_id = base.parent ? base.root_run_id : run_id;
  run->history = base.history.first(next);
  take_attributes(*run);
  for (std::int64_t id = 1; id < next; ++id) apply(engine, *run, run->history.ptr(id));
  return run;
}

}  // namespace temporal::embedded
