// Signals and requests to cancel that a workflow sends to another one.
#include "temporal/embedded/change.h"
#include "temporal/embedded/children.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/deprecated.h"
#include "temporal/embedded/signals.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;

constexpr auto kSignalNotFound =
    SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND;
constexpr auto kCancelNotFound =
    CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND;
using Execution = api::common::v1::WorkflowExecution;

Result<RunPtr> target_of(Engine& engine, const Run& run, const std::string& space,
                         const Execution& execution) {
  auto found = engine.find(space, execution);
  if (found.ok() && (*found)->workflow_id == run.workflow_id && space == run.namespace_name) {
    return not_found("a workflow does not send to itself");
  }
  return found;
}

void cancel_external(Engine& engine, const RunPtr& run, std::int64_t initiated_id) {
  const auto pending = run->cancels.find(initiated_id);
  if (!run->running() || pending == run->cancels.end()) return;
  const EventPtr initiated = pending->second;
  const auto& wanted =
      initiated->request_cancel_external_workflow_execution_initiated_event_attributes();
  CancelRequest request;
  request.cause = wanted.reason();
  request.identity = kHistoryIdentity;
  request.sender = run.get();
  request.initiated_id = initiated_id;
  request.child_only = wanted.child_workflow_only();
  const std::string space = namespace_of(*run, wanted.namespace_());
  const bool known = engine.find_namespace(space);
  const auto target = target_of(engine, *run, space, wanted.workflow_execution());
  Status status = target.ok() ? Status{} : target.status();
  bool changed = false;
  if (target.ok() && (*target)->running()) {  // one that has closed needs no cancellation
    status = add_cancel_request(engine, **target, request, changed);
  }
  if (changed) commit_and_schedule(engine, *target);
  run->cancels.erase(initiated_id);
  if (status.ok()) {
    auto& event = *add_event(engine, *run, EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED)
                       .mutable_external_workflow_execution_cancel_requested_event_attributes();
    event.set_initiated_event_id(initiated_id);
    event.set_namespace_(space);
    event.set_namespace_id(wanted.namespace_id());
    *event.mutable_workflow_execution() = wanted.workflow_execution();
  } else {
    auto& event =
        *add_event(engine, *run, EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED)
             .mutable_request_cancel_external_workflow_execution_failed_event_attributes();
    event.set_cause(known ? kCancelNotFound
                          : CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND);
    event.set_initiated_event_id(initiated_id);
    event.set_namespace_(space);
    event.set_namespace_id(wanted.namespace_id());
    *event.mutable_workflow_execution() = wanted.workflow_execution();
  }
  commit_and_schedule(engine, run);
}

void signal_external(Engine& engine, const RunPtr& run, std::int64_t initiated_id) {
  const auto pending = run->signals.find(initiated_id);
  if (!run->running() || pending == run->signals.end()) return;
  const EventPtr initiated = pending->second;
  const auto& wanted = initiated->signal_external_workflow_execution_initiated_event_attributes();
  Signal signal;
  signal.name = wanted.signal_name();
  if (wanted.has_input()) signal.input = wanted.input();
  signal.identity = kHistoryIdentity;
  if (wanted.has_header()) signal.header = wanted.header();
  signal.sender = run.get();
  signal.child_only = wanted.child_workflow_only();
  const std::string space = namespace_of(*run, wanted.namespace_());
  const bool known = engine.find_namespace(space);
  const auto target = target_of(engine, *run, space, wanted.workflow_execution());
  Status status = target.ok() ? add_signal(engine, **target, signal) : target.status();
  if (status.ok()) commit_signal(engine, *target);
  run->signals.erase(initiated_id);
  if (status.ok()) {
    auto& event = *add_event(engine, *run, EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED)
                       .mutable_external_workflow_execution_signaled_event_attributes();
    event.set_initiated_event_id(initiated_id);
    event.set_namespace_(space);
    event.set_namespace_id(wanted.namespace_id());
    *event.mutable_workflow_execution() = wanted.workflow_execution();
    event.set_control(wanted.control());
  } else {
    auto& event = *add_event(engine, *run, EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED)
                       .mutable_signal_external_workflow_execution_failed_event_attributes();
    auto cause = kSignalNotFound;
    if (!known) {
      cause = SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND;
    } else if (status.code == Code::InvalidArgument) {
      cause = SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_SIGNAL_COUNT_LIMIT_EXCEEDED;
    }
    event.set_cause(cause);
    event.set_initiated_event_id(initiated_id);
    event.set_namespace_(space);
    event.set_namespace_id(wanted.namespace_id());
    *event.mutable_workflow_execution() = wanted.workflow_execution();
    event.set_control(wanted.control());
  }
  commit_and_schedule(engine, run);
}

}  // namespace

void cancel_external_later(Engine& engine, const RunPtr& run, std::int64_t initiated_id) {
  run->outbox.push_back(
      [&engine, run, initiated_id] { cancel_external(engine, run, initiated_id); });
}

void signal_external_later(Engine& engine, const RunPtr& run, std::int64_t initiated_id) {
  run->outbox.push_back(
      [&engine, run, initiated_id] { signal_external(engine, run, initiated_id); });
}

}  // namespace temporal::embedded
