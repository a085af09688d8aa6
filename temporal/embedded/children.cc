#include "temporal/embedded/children.h"

#include "temporal/data/duration.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/cron.h"
#include "temporal/embedded/deprecated.h"
#include "temporal/embedded/signals.h"
#include "temporal/embedded/start.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;

StartRequest request_for(Engine& engine, const Run& run, const Child& child) {
  const auto& attributes = child.attributes();
  StartRequest request;
  request.set_namespace_(namespace_of(run, attributes.namespace_()));
  request.set_workflow_id(attributes.workflow_id());
  *request.mutable_workflow_type() = attributes.workflow_type();
  *request.mutable_task_queue() = attributes.task_queue();
  if (attributes.has_input()) *request.mutable_input() = attributes.input();
  if (attributes.has_header()) *request.mutable_header() = attributes.header();
  if (attributes.has_workflow_execution_timeout()) {
    *request.mutable_workflow_execution_timeout() = attributes.workflow_execution_timeout();
  }
  *request.mutable_workflow_run_timeout() = attributes.workflow_run_timeout();
  *request.mutable_workflow_task_timeout() = attributes.workflow_task_timeout();
  request.set_request_id(engine.new_id());
  request.set_workflow_id_reuse_policy(attributes.workflow_id_reuse_policy());
  if (attributes.has_retry_policy()) *request.mutable_retry_policy() = attributes.retry_policy();
  request.set_cron_schedule(attributes.cron_schedule());
  if (attributes.has_memo()) *request.mutable_memo() = attributes.memo();
  if (attributes.has_search_attributes()) {
    *request.mutable_search_attributes() = attributes.search_attributes();
  }
  if (attributes.has_priority()) *request.mutable_priority() = attributes.priority();
  if (child.initiated->has_user_metadata()) {
    *request.mutable_user_metadata() = child.initiated->user_metadata();
  }
  return request;
}

void start_failed(Engine& engine, const RunPtr& run, std::int64_t initiated_id,
                  StartChildWorkflowExecutionFailedCause cause) {
  const auto& attributes = run->children.at(initiated_id).attributes();
  auto& failed = *add_event(engine, *run, EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED)
                      .mutable_start_child_workflow_execution_failed_event_attributes();
  failed.set_namespace_(attributes.namespace_());
  failed.set_namespace_id(attributes.namespace_id());
  failed.set_workflow_id(attributes.workflow_id());
  *failed.mutable_workflow_type() = attributes.workflow_type();
  failed.set_cause(cause);
  failed.set_control(attributes.control());
  failed.set_initiated_event_id(initiated_id);
  run->children.erase(initiated_id);
  commit_and_schedule(engine, run);
}

void start_child(Engine& engine, const RunPtr& run, std::int64_t initiated_id) {
  const auto found = run->children.find(initiated_id);
  if (!run->running() || found == run->children.end()) return;
  Child& child = found->second;
  StartRequest request = request_for(engine, *run, child);
  const std::string run_id = engine.new_id();
  RunPtr existing;
  Status bad = check_start(engine, request);
  if (bad.ok()) bad = make_way(engine, request, run_id, existing);
  if (bad.code == Code::NotFound) {
    return start_failed(engine, run, initiated_id,
                        START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND);
  }
  if (bad.code == Code::ResourceExhausted) {  // too soon after the last start: the server waits
    engine.at(engine.now() + engine.options().reuse_interval(),
              [&engine, run, initiated_id] { start_child(engine, run, initiated_id); });
    return;
  }
  if (!bad.ok()) {
    return start_failed(engine, run, initiated_id,
                        START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS);
  }
  NewRun start;
  start.run_id = run_id;
  start.backoff =
      cron_backoff(request.cron_schedule(), engine.now(), engine.now()).value_or(Duration::zero());
  start.parent = Parent{run->namespace_name, run->workflow_id, run->run_id, initiated_id};
  start.root_workflow_id = run->root_workflow_id;
  start.root_run_id = run->root_run_id;
  start.request = std::move(request);
  const RunPtr started = begin(engine, std::move(start));
  commit(engine, started);

  const auto& attributes = child.attributes();
  HistoryEvent& event = add_event(engine, *run, EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED);
  auto& about = *event.mutable_child_workflow_execution_started_event_attributes();
  about.set_namespace_(attributes.namespace_());
  about.set_namespace_id(attributes.namespace_id());
  about.set_initiated_event_id(initiated_id);
  about.mutable_workflow_execution()->set_workflow_id(started->workflow_id);
  about.mutable_workflow_execution()->set_run_id(started->run_id);
  *about.mutable_workflow_type() = attributes.workflow_type();
  if (attributes.has_header()) *about.mutable_header() = attributes.header();
  child.workflow_id = started->workflow_id;
  child.run_id = started->run_id;
  child.started_id = event.event_id();
  commit_and_schedule(engine, run);
  schedule_first_task(engine, started);
  commit(engine, started);
}

// Fields that all events of a child's end share.
template <class Attributes>
void fill_end(Attributes& end, const Run& child, const Child& known, std::int64_t initiated_id) {
  const auto& attributes = known.attributes();
  end.set_namespace_(attributes.namespace_());
  end.set_namespace_id(attributes.namespace_id());
  end.mutable_workflow_execution()->set_workflow_id(child.workflow_id);
  end.mutable_workflow_execution()->set_run_id(child.run_id);
  *end.mutable_workflow_type() = attributes.workflow_type();
  end.set_initiated_event_id(initiated_id);
  end.set_started_event_id(known.started_id);
}

void child_closed(Engine& engine, const RunPtr& run, const RunPtr& child) {
  const auto found = run->children.find(child->parent->initiated_id);
  if (!run->running() || found == run->children.end()) return;
  const Child& known = found->second;
  if (known.run_id != child->first_run_id) return;
  const std::int64_t id = found->first;
  const HistoryEvent& last = child->history.at(child->history.next_id() - 1);
  switch (child->status) {
    case WORKFLOW_EXECUTION_STATUS_COMPLETED: {
      auto& end = *add_event(engine, *run, EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED)
                       .mutable_child_workflow_execution_completed_event_attributes();
      const auto& how = last.workflow_execution_completed_event_attributes();
      if (how.has_result()) *end.mutable_result() = how.result();
      fill_end(end, *child, known, id);
      break;
    }
    case WORKFLOW_EXECUTION_STATUS_FAILED: {
      auto& end = *add_event(engine, *run, EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED)
                       .mutable_child_workflow_execution_failed_event_attributes();
      const auto& how = last.workflow_execution_failed_event_attributes();
      *end.mutable_failure() = how.failure();
      end.set_retry_state(how.retry_state());
      fill_end(end, *child, known, id);
      break;
    }
    case WORKFLOW_EXECUTION_STATUS_CANCELED: {
      auto& end = *add_event(engine, *run, EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED)
                       .mutable_child_workflow_execution_canceled_event_attributes();
      const auto& how = last.workflow_execution_canceled_event_attributes();
      if (how.has_details()) *end.mutable_details() = how.details();
      fill_end(end, *child, known, id);
      break;
    }
    case WORKFLOW_EXECUTION_STATUS_TIMED_OUT: {
      auto& end = *add_event(engine, *run, EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT)
                       .mutable_child_workflow_execution_timed_out_event_attributes();
      end.set_retry_state(last.workflow_execution_timed_out_event_attributes().retry_state());
      fill_end(end, *child, known, id);
      break;
    }
    case WORKFLOW_EXECUTION_STATUS_TERMINATED: {
      auto& end = *add_event(engine, *run, EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED)
                       .mutable_child_workflow_execution_terminated_event_attributes();
      fill_end(end, *child, known, id);
      break;
    }
    default:
      return;
  }
  run->children.erase(id);
  commit_and_schedule(engine, run);
}

void close_child(Engine& engine, const RunPtr& run, const Child& child) {
  const RunPtr other =
      engine.current(namespace_of(*run, child.attributes().namespace_()), child.workflow_id);
  if (!other || !other->running() || other->first_run_id != child.run_id) return;
  if (child.attributes().parent_close_policy() == PARENT_CLOSE_POLICY_TERMINATE) {
    terminate_run(engine, *other, "by parent close policy", nullptr, kHistoryIdentity);
    return commit(engine, other);
  }
  CancelRequest request;
  request.identity = kHistoryIdentity;
  request.sender = run.get();
  request.child_only = true;
  bool changed = false;
  if (add_cancel_request(engine, *other, request, changed).ok() && changed) {
    commit_and_schedule(engine, other);
  }
}

}  // namespace

void start_child_later(Engine& engine, const RunPtr& run, std::int64_t initiated_id) {
  run->outbox.push_back([&engine, run, initiated_id] { start_child(engine, run, initiated_id); });
}

void tell_parent(Engine& engine, const RunPtr& run) {
  if (!run->parent || !run->new_run_id.empty() || run->reset_away) return;
  run->outbox.push_back([&engine, run] {
    RunPtr parent = engine.run_of(run->parent->run_id);
    while (parent && !parent->running() && !parent->reset_run_id.empty()) {
      parent = engine.run_of(parent->reset_run_id);
    }
    if (parent) child_closed(engine, parent, run);
  });
}

void apply_parent_close_policies(Engine& engine, const RunPtr& run) {
  if (run->reset_away) return;
  for (const auto& [id, child] : run->children) {
    if (child.run_id.empty()) continue;
    if (child.attributes().parent_close_policy() == PARENT_CLOSE_POLICY_ABANDON) continue;
    run->outbox.push_back([&engine, run, child = child] { close_child(engine, run, child); });
  }
}

}  // namespace temporal::embedded
